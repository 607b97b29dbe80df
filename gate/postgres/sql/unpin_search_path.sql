-- The script finds what its user finds.
SET LOCAL search_path TO DEFAULT;
