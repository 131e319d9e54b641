// How an agent's step ends that did not come to its end: what it has done is kept on a branch of its own by the git worker, and then the
// task ends with the reason. Values, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::tasks {

// payload of kind "keep" (git). Its inputs are the changes that go onto the branch, tested or not. Its output is a PushOutput.
struct KeepPayload {
  std::string base_commit;
  std::string branch;  // beside the task's own, which stands for a change that was finished
  std::string reason;  // in a sentence
};

// payload of kind "give_up" (codegen): the error that the task ends with. Once a person has redriven it, the agent goes on where it ended.
struct GiveUpPayload {
  Error error;
  std::string goes_on{};               // payload of the agent's step; empty: nothing is kept that could go on
  std::string title{};                 // of that step
  std::vector<std::int16_t> inputs{};  // likewise
};

// "argosy/x" and step 101: "argosy/x-partial-101".
std::string partial_branch(std::string_view branch, std::int16_t step);

std::string to_json_text(const KeepPayload&);
std::string to_json_text(const GiveUpPayload&);
Result<KeepPayload> keep_payload_from(std::string_view json_text);
Result<GiveUpPayload> give_up_payload_from(std::string_view json_text);

}  // namespace argosy::tasks
