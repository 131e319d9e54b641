// Which walls stand here, each one tried: for `argosy doctor sandbox`, for the testing worker's readiness, and for policies that name what
// must be there. Blocking (runs a sandbox), any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/sandbox/sandbox.h"

namespace argosy::sandbox {

struct Layer {
  std::string name;
  bool active = false;
  std::string text;    // how it is kept, or why it is not there
  std::string remedy;  // what to do about it; empty when it is active
};

// The names that a policy may use, in the order of survey().
std::span<const std::string_view> layer_names();
// What a sandbox must have when nobody says otherwise.
std::span<const std::string_view> usual_layers();

// Starts a sandbox of this class and looks from inside. All layers, in the order of layer_names(); when no sandbox starts, none is active
// and each says why.
std::vector<Layer> survey(Class kind);

// Errors: sandbox_policy_unmet (B) with every required layer that is not active, why, and what to do.
Result<void> check_policy(const std::vector<Layer>& layers, const std::vector<std::string>& required);

// Removes what processes left that were killed: scratch folders in `work_dir` and the temporary folder, control groups with what runs in
// them. For the start of a worker. Returns how many things.
std::size_t sweep(const std::filesystem::path& work_dir);

}  // namespace argosy::sandbox
