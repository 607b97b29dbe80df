# SPDX-License-Identifier: MIT
# embed.awk FILE…: a C file with one string for each file, named after it: a statement, a style sheet.
# Set `prefix` (of the names) and `header` (that declares them) with -v.
BEGIN {
	print "/* Made by gate/embed.awk. */"
	print "#include \"" header "\""
}
FNR == 1 {
	if (NR > 1)
		print "\t;"
	name = FILENAME
	sub(/^.*\//, "", name)
	sub(/\.[a-z]+$/, "", name)
	print "\nconst char " prefix name "[] ="
}
{
	gsub(/\\/, "\\\\&")
	gsub(/"/, "\\\\&")
	gsub(/\?/, "\\\\&") # C17 has trigraphs
	print "\t\"" $0 "\\n\""
}
END {
	if (NR > 0)
		print "\t;"
}
