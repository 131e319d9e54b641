// `argosy sim NAME`: what would happen, without a fleet. One thread.
#pragma once

#include <span>

#include "workers/cli/command.h"

namespace argosy::cli {

std::span<const Command> simulations();

}  // namespace argosy::cli
