# SPDX-License-Identifier: MIT
# layers.awk FILE…: prints every project include that crosses a layer boundary, and every header of
# a library outside of the layer that may use it; exits 1 if there was one.
BEGIN {
	see["base"] = "base/"; see["bundles"] = "bundles/ base/"; see["ci"] = "ci/ base/"
	see["gate"] = "gate/ bundles/ base/"; see["plugin"] = "plugin/ gate/ bundles/ ci/ base/"
	see["tests"] = "tests/ plugin/ gate/ bundles/ ci/ base/"
	home["sqlite3.h"] = "gate/sqlite/"; home["libpq-fe.h"] = "gate/postgres/"
	home["archive.h"] = "bundles/"; home["archive_entry.h"] = "bundles/"; home["zstd.h"] = "bundles/"
	home["curl/curl.h"] = "ci/http.c"; home["jansson.h"] = "ci/ plugin/"; home["ini.h"] = "plugin/"
	home["openssl/evp.h"] = "base/ bundles/";
	home["openssl/pem.h"] = "bundles/"; home["openssl/err.h"] = "bundles/"; home["openssl/hmac.h"] = "base/"; home["cmocka.h"] = "tests/"
}
function starts_with_one_of(path, places,    n, i, ok) {
	n = split(places, ok, " ")
	for (i = 1; i <= n; i++)
		if (index(path, ok[i]) == 1)
			return 1
	return 0
}
/^#include "/ {
	split(FILENAME, from, "/"); split($2, to, "\"")
	if (!starts_with_one_of(to[2], see[from[1]])) {
		print FILENAME ":" FNR ": must not include " to[2]; bad = 1
	}
	if (to[2] == "plugin/main.c") { print FILENAME ":" FNR ": must not include main"; bad = 1 }
}
/^#include </ {
	gsub(/[<>]/, "", $2)
	if (!($2 in home)) next
	if (FILENAME ~ /\.h$/ && FILENAME !~ /^tests\//) {
		print FILENAME ":" FNR ": a header must not include " $2; bad = 1
	}
	if (FILENAME !~ /^tests\// && !starts_with_one_of(FILENAME, home[$2])) {
		print FILENAME ":" FNR ": " $2 " belongs to " home[$2]; bad = 1
	}
}
END { exit bad }
