/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_SECRET_FORMS_H
#define LOCKGATE_CI_SECRET_FORMS_H

/* The forms that a secret takes in texts of other formats. Pure. */

/* Gives `take` each form of `secret`, itself among them; some may be equal. */
void secret_forms(const char *secret, void (*take)(void *context, const char *form), void *context);

#endif
