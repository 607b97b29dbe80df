-- What is read of the recorded schema stays what it was when it was looked at.
LOCK TABLE lockgate.object IN ACCESS SHARE MODE;
