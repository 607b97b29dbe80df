/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_SUPPORT_SIGNATURE_SAMPLES_H
#define LOCKGATE_TESTS_SUPPORT_SIGNATURE_SAMPLES_H

/* What ssh-keygen 9.2 and minisign 0.11 made of SAMPLE_MANIFEST; the keys were thrown away. */

#define SAMPLE_MANIFEST "lockgate-bundle 1\nx\n"

#define SAMPLE_SSH_KEY                                                                             \
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKt4w/WuqsdSkv8BgTEdftWQR0BKvZhpG6raPe/adFoV"
#define SAMPLE_SSH_FINGERPRINT "SHA256:h2Xd2OguGTItlNyGRUi9ov2+1rvQWM59JhysxO1ZARg"

#define SAMPLE_BEGIN "-----BEGIN SSH SIGNATURE-----\n"
#define SAMPLE_END "-----END SSH SIGNATURE-----\n"

#define SAMPLE_SHA512                                                                              \
	SAMPLE_BEGIN                                                                               \
	"U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgq3jD9a6qx1KS/wGBMR1+1ZBHQE\n"                 \
	"q9mGkbqto979p0WhUAAAASbG9ja2dhdGUtYnVuZGxlQHYxAAAAAAAAAAZzaGE1MTIAAABT\n"                 \
	"AAAAC3NzaC1lZDI1NTE5AAAAQCetTn+ZBMOhEHGQTvTo8ldJwzHOmFnuJABSo2DOFZcy3C\n"                 \
	"U98jWaCwx8X6l+gD+CVgO05Aew3RSwyWAjIg7Leg4=\n" SAMPLE_END

#define SAMPLE_SHA256                                                                              \
	SAMPLE_BEGIN                                                                               \
	"U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgq3jD9a6qx1KS/wGBMR1+1ZBHQE\n"                 \
	"q9mGkbqto979p0WhUAAAASbG9ja2dhdGUtYnVuZGxlQHYxAAAAAAAAAAZzaGEyNTYAAABT\n"                 \
	"AAAAC3NzaC1lZDI1NTE5AAAAQFdb1Xn3YQUq+kAYhxF1KTXyquyEBjfmrC5Tww7ZhLT7+Z\n"                 \
	"WPiK7655dKgQNf0Qcm9Suwg0JMuZlX5ig4s964wwg=\n" SAMPLE_END

/* Of the namespace "file". */
#define SAMPLE_OTHER_NAMESPACE                                                                     \
	SAMPLE_BEGIN                                                                               \
	"U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgq3jD9a6qx1KS/wGBMR1+1ZBHQE\n"                 \
	"q9mGkbqto979p0WhUAAAAEZmlsZQAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQyNTUx\n"                 \
	"OQAAAECBGmgL4w4zhaeGOxCABPmoldirgQTzJr2cIE2yCjE0SdxciMbdP8ikCgscGjiV2a\n"                 \
	"XmtVdkf53i2jx/6jqb5TsB\n" SAMPLE_END

#define SAMPLE_ECDSA                                                                               \
	SAMPLE_BEGIN                                                                               \
	"U1NIU0lHAAAAAQAAAGgAAAATZWNkc2Etc2hhMi1uaXN0cDI1NgAAAAhuaXN0cDI1NgAAAE\n"                 \
	"EEyuhBvfbKs7h3zmFXpoZ/ug3m5z40j8KOce7gKVRgbeTjV/xjBYUdHZh5WcNe/A1kdvsJ\n"                 \
	"cWltgUQG95ctJW7KnQAAABJsb2NrZ2F0ZS1idW5kbGVAdjEAAAAAAAAABnNoYTUxMgAAAG\n"                 \
	"QAAAATZWNkc2Etc2hhMi1uaXN0cDI1NgAAAEkAAAAhAJ8Mpky7RdkyyEYsvYuvKFUdgJnk\n"                 \
	"r2GnQdGNemUxCeHNAAAAICO9UfzzJ1UE81JpVP24I1TWIrgsj4F21DonzdVah/7P\n" SAMPLE_END

#define SAMPLE_MINISIGN_KEY "RWRzel5mkJFQ7xUrR59a12HLS2D5O+u8A6XUhPI8GjjHGgv9NyXSetI7"
#define SAMPLE_MINISIGN_NUMBER "minisign EF509190665E7A73"
#define SAMPLE_MINISIGN_PUB                                                                        \
	"untrusted comment: minisign public key EF509190665E7A73\n" SAMPLE_MINISIGN_KEY "\n"

#define SAMPLE_UNTRUSTED "untrusted comment: signature from minisign secret key\n"
#define SAMPLE_MINISIGN_FIRST                                                                      \
	"RURzel5mkJFQ7wPeNRM4//mcnsUMmOfG0hNPT2akg3WJaQVbXAE5cIZfL7m41+Sg51KLJOj/8cG/UfxvezofMcZN" \
	"HD0c/nQbhAc=\n"
#define SAMPLE_MINISIGN_SECOND                                                                     \
	"NhJPCnk2v7MI6lEdW1ylE0xhQ1iM+Jg5rqraC6U0M/n6mOVKGj0gYHA++E7VYClU1KpcIlRvYuuVPWLMhGw3Dg==" \
	"\n"
#define SAMPLE_MINISIGN                                                                            \
	SAMPLE_UNTRUSTED SAMPLE_MINISIGN_FIRST "trusted comment: a comment\n" SAMPLE_MINISIGN_SECOND

/* `minisign -S -l`: without a digest. */
#define SAMPLE_MINISIGN_LEGACY                                                                     \
	SAMPLE_UNTRUSTED                                                                           \
	"RWRzel5mkJFQ78AAAhJMfAoSHINMtRNHV23ebt5IL7gXBSjZCwgtuQgCuDeDTFgpismd+Y59wIz5LDvmVazCnPUB" \
	"5xVNTDF/qA0=\n"                                                                           \
	"trusted comment: timestamp:1795609782\tfile:m\n"                                          \
	"4rAQRwag44rYFiE0EnjsPLxJfXmUNvIvjlqDZIA+IGSgObRTHdy+2MFc6gdH5WDew+JcXKVXrDnljKldUPJoBA==" \
	"\n"

#endif
