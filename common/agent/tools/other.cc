// Tools that are not done here: programs become steps of the testing queue, questions checkpoints; the loop deals with both.
#include <array>

#include "common/agent/tools/tool.h"

namespace argosy::agent {
namespace {

constexpr auto kTools = std::to_array<ToolSpec>({
    {"run_command", Effect::run,
     "Runs a line of a shell in a sandbox with your changes, without network. What it changes in files is thrown away.",
     R"({"type":"object","properties":{"command":{"type":"string","minLength":1},"timeout_seconds":{"type":"integer","minimum":1,"maximum":3600}},"required":["command"]})"},
    {"run_tests", Effect::run, "Runs the repository's tests with your changes: all, or what selection names (files, or names of tests).",
     R"({"type":"object","properties":{"selection":{"type":"string"}}})"},
    {"run_linter", Effect::run, "Runs the repository's linter on the files that you have changed.", R"({"type":"object","properties":{}})"},
    {"install_dependency", Effect::run,
     "Installs one package for what runs after it in the same answer. To keep it, add it to the manifest, too.",
     R"({"type":"object","properties":{"package":{"type":"string","minLength":1,"maxLength":200}},"required":["package"]})"},
    {"ask_user", Effect::ask, "Asks the person who gave the task, and waits. Only for what cannot be found out and cannot be decided.",
     R"({"type":"object","properties":{"question":{"type":"string","minLength":1,"maxLength":4000},"options":{"type":"array","items":{"type":"string"},"maxItems":8}},"required":["question"]})"},
    {"finish", Effect::finish,
     "Ends the work: what was done, what was not, and for each criterion (by its id) how it is met. Only when tests have run on the last "
     "change.",
     R"({"type":"object","properties":{"summary":{"type":"string","minLength":1},"not_done":{"type":"string"},"criteria":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"},"how":{"type":"string"}},"required":["id","how"]}}},"required":["summary"]})"},
});

}  // namespace

std::span<const ToolSpec> other_tools() { return kTools; }

}  // namespace argosy::agent
