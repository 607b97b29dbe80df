/* SPDX-License-Identifier: MIT */
#include "gate/request.h"

#include "base/fault.h"

enum lg_status gate_lock(
	struct target *target, const struct gate_request *request, struct lg_error *err)
{
	lg_fault("gate lock");
	if (target->driver->lock(target, request->lock_wait_ms, err))
		return err->status;
	if (request->listener)
		request->listener->locked(request->listener->context);
	return LG_OK;
}
