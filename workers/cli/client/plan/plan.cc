// The plan of a task in words: shown, and replaced by who has seen it.
#include <fmt/format.h>

#include <unistd.h>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/tasks/agent/plan.h"
#include "workers/cli/client/api.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/client/plan/editor.h"
#include "workers/cli/client/plan/plan_file.h"
#include "workers/cli/client/submit_body.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

std::string path_of(const std::string& task) { return fmt::format("/api/v1/tasks/{}/plan", percent_encode(task)); }

int show_plan(const Api& api, const std::string& task, bool as_json) {
  const auto found = api.get_tagged(path_of(task));
  if (!found) return report_answer(found.error());
  const auto* plan = found->body.find("plan");
  if (as_json || plan == nullptr) {
    auto view = found->body;
    view.as_object().append("etag", found->etag);
    fmt::print("{}\n", json::dump_pretty(view));
    return kSucceeded;
  }
  const auto read = tasks::plan_from(json::dump(*plan));
  if (!read) return report(read.error());
  fmt::print("{}, made by step {}\n{}", found->body.string_or("state", "?"), found->body.int_or("step", 0),
             text::for_terminal(tasks::in_words(*read)));
  return kSucceeded;
}

// What somebody has written is never lost with a refusal.
int refused(Error error, const std::filesystem::path& kept, const std::string& task) {
  if (!kept.empty()) fmt::print(stderr, "argosy: your plan is kept in {}\n", kept.string());
  if (error.code.ends_with("plan_changed"))
    error.hint = fmt::format(
        "somebody else changed the plan: look at it with `argosy plan show {0}`, then put yours in its place with "
        "`argosy plan edit {0} --file {1}`, once its \"etag\" is gone or the new one",
        task, kept.empty() ? "FILE" : kept.string());
  return report_answer(error);
}

int put_plan(const Api& api, const std::string& task, const PlanFile& file, bool as_json, const std::filesystem::path& kept = {}) {
  const auto answer = api.put(path_of(task), file.plan, {{"If-Match", file.etag}});
  if (!answer) return refused(answer.error(), kept, task);
  if (as_json) {
    fmt::print("{}\n", json::dump_pretty(*answer));
  } else if (answer->find("checkpoint_id") != nullptr) {
    fmt::print("task {}  the plan is followed: {} is answered with it\n", task, answer->string_or("checkpoint_id", "?"));
  } else {
    fmt::print("task {}  the plan is followed: {} steps undone that had not begun, {} to do\n", task,
               answer->array_or_empty("superseded").size(), answer->array_or_empty("added").size());
  }
  return kSucceeded;
}

int from_file(const Api& api, const std::string& task, const std::string& name, bool as_json) {
  auto text = read_input(name);
  if (!text) return report(text.error(), kUsage);
  auto file = plan_file_from(*text);
  if (!file) return report(file.error(), kUsage);
  if (file->etag.empty()) {  // then it is the one that stands now
    auto stands = api.get_tagged(path_of(task));
    if (!stands) return report_answer(stands.error());
    file->etag = std::move(stands->etag);
  }
  return put_plan(api, task, *file, as_json);
}

int by_hand(const Api& api, const std::string& task, bool as_json) {
  if (isatty(STDIN_FILENO) == 0) return wrong_usage("there is no terminal for an editor: give the plan with --file (- is standard input)");
  auto stands = api.get_tagged(path_of(task));
  if (!stands) return report_answer(stands.error());
  const auto* plan = stands->body.find("plan");
  const auto before = (plan == nullptr ? "{}" : json::dump_pretty(*plan)) + "\n";
  const auto kept = std::filesystem::temp_directory_path() / fmt::format("argosy-plan-{}-{}.json", task, getpid());
  if (const auto written = write_file_atomic(kept, before); !written) return report(written.error());
  if (const auto done = edit_in_place(kept, editor()); !done) return report(done.error());
  const auto after = read_file(kept);
  if (!after) return report(after.error());
  std::error_code ignored;
  if (*after == before) {
    std::filesystem::remove(kept, ignored);
    fmt::print("task {}  nothing was changed\n", task);
    return kSucceeded;
  }
  auto file = plan_file_from(*after);
  if (!file) return refused(file.error(), kept, task);
  file->etag = std::move(stands->etag);
  const auto code = put_plan(api, task, *file, as_json, kept);
  if (code == kSucceeded) std::filesystem::remove(kept, ignored);
  return code;
}

}  // namespace

int plan(const Arguments& arguments) {
  const auto& what = arguments.positional[0];
  if (what != "show" && what != "edit") return wrong_usage("it is `plan show ID` or `plan edit ID`");
  const auto file = arguments.value("--file");
  if (file && what == "show") return wrong_usage("--file is for `plan edit`");
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  const auto& task = arguments.positional[1];
  if (what == "show") return show_plan(*api, task, arguments.has("--json"));
  return file ? from_file(*api, task, *file, arguments.has("--json")) : by_hand(*api, task, arguments.has("--json"));
}

}  // namespace argosy::cli
