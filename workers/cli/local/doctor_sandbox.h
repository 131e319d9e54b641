// `argosy doctor sandbox`: every layer of the sandbox, active or absent, why, and what to do about it. Blocking, one thread.
#pragma once

#include "common/config/settings.h"

namespace argosy::cli {

// kFailed when the configured class lacks a required layer.
int doctor_sandbox(const config::Settings& settings);

}  // namespace argosy::cli
