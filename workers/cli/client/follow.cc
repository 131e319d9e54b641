#include "workers/cli/client/follow.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "common/core/text.h"
#include "common/http/websocket_client.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/client/screen.h"
#include "workers/cli/client/task_model.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawEvery{250};
constexpr std::chrono::milliseconds kQuiet{15'000};  // without a TTY: how long to wait for a message before the API is asked
constexpr int kMostFailures = 12;                    // connections lost or refused in a row before giving up
constexpr int kFirstPauseMs = 100, kLongestPauseMs = 3'000;

class Follower {
 public:
  Follower(const Api& api, std::string task_id, std::string stream_url)
      : api_(api),
        path_("/api/v1/tasks/" + percent_encode(task_id)),
        stream_url_(std::move(stream_url)),
        live_(::isatty(STDOUT_FILENO) == 1) {}

  int run() {
    for (;;) {
      if (const auto asked = refresh(); !asked) {
        // A server that never answered will hardly do so in a moment; one that did has perhaps been started again.
        const bool hopeless = asked.error().category != Category::transient || task_.id.empty();
        if (hopeless || !pause()) return report_answer(asked.error());
        continue;
      }
      if (task_.ended()) break;
      if (const auto streamed = stream(); !streamed && !pause()) return report_answer(streamed.error());
    }
    show_picture();
    fmt::print("{}", outcome_text(task_));
    return task_.status == "succeeded" ? kSucceeded : kFailed;
  }

 private:
  // The whole truth from the API.
  Result<void> refresh() {
    ARGOSY_TRY(const auto answer, api_.get(path_));
    task_ = task_from(answer);
    if (stream_url_.empty()) stream_url_ = task_.stream_url;
    if (stream_url_.empty()) return fail_user("no_stream", "the server does not say where the task's stream is");
    return {};
  }

  // Reads one connection until the task has ended (ok) or it is lost (error).
  Result<void> stream() {
    const auto url = fmt::format("{}{}from={}{}", stream_url_, stream_url_.find('?') == std::string::npos ? "?" : "&", seen_,
                                 history_.empty() ? "" : "&history=" + percent_encode(history_));
    ARGOSY_TRY(const auto socket, http::WebSocketClient::connect(url, api_.authorization()));
    while (!task_.ended()) {
      ARGOSY_TRY(const auto text, socket->receive(live_ ? kRedrawEvery : kQuiet));
      if (text) {
        failures_ = 0;
        take(*text);
      } else if (!live_) {
        ARGOSY_TRY_VOID(refresh());
      }
      show_picture();
    }
    ARGOSY_TRY_VOID(refresh());  // the result is the API's to tell
    return {};
  }

  void take(const std::string& text) {
    const auto message = json::parse(text);
    if (!message) return;
    const auto type = message->string_or("type", "");
    const auto seq = message->int_or("seq", 0);
    if (type == "hello") {
      history_ = message->string_or("history", "");
      if (!message->bool_or("continuous", true)) say("the stream was interrupted: some events may be missing");
      return;
    }
    if (seq != 0 && seq <= seen_) return;
    if (seq != 0) seen_ = seq;
    const auto* data = message->find("data");
    const json::Value nothing;
    const auto& known = data == nullptr ? nothing : *data;
    const auto at = time_from(message->string_or("time", ""));
    if (!apply_event(task_, type, known, at == 0 ? system_clock().unix_ms() : at)) {
      [[maybe_unused]] const auto grown = refresh();  // when it fails, the next event tries again
    }
    if (type == "checkpoint_reached")
      tell_question(known.string_or("checkpoint_id", ""));
    else if (!live_)
      say(describe_event(task_, type, known));
  }

  // Nothing, when it was answered since: events of the past come first.
  void tell_question(const std::string& id) {
    [[maybe_unused]] const auto known = refresh();
    for (const auto& one : task_.checkpoints)
      if (one.id == id) say(question_text(task_, one));
  }

  void say(const std::string& line) {
    if (line.empty()) return;
    erase_picture();
    fmt::print("{}\n", line);
    std::fflush(stdout);
  }

  void erase_picture() {
    if (drawn_lines_ > 0) fmt::print("\033[{}F\033[J", drawn_lines_);
    drawn_lines_ = 0;
  }

  void show_picture() {
    if (!live_) return;
    winsize size{};
    ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    const ScreenOptions options{.width = size.ws_col == 0 ? std::size_t{80} : size.ws_col,
                                .height = size.ws_row == 0 ? std::size_t{24} : size.ws_row - 1u,
                                .colour = true};
    const auto picture = draw(task_, system_clock().unix_ms(), options);
    erase_picture();
    fmt::print("{}", picture);
    std::fflush(stdout);
    drawn_lines_ = std::ranges::count(picture, '\n');
  }

  // False when it has failed too often in a row.
  bool pause() {
    if (++failures_ > kMostFailures) return false;
    ::poll(nullptr, 0, std::min(kLongestPauseMs, kFirstPauseMs << std::min(failures_, 5)));
    return true;
  }

  const Api& api_;
  std::string path_, stream_url_;
  std::string history_;  // of the database behind the stream; the server tells by it whether our place in it still holds
  bool live_;
  TaskModel task_;
  std::int64_t seen_ = 0;
  int failures_ = 0;
  std::ptrdiff_t drawn_lines_ = 0;
};

}  // namespace

int follow(const Api& api, const std::string& task_id, std::string stream_url) {
  return Follower(api, task_id, std::move(stream_url)).run();
}

int watch(const Arguments& arguments) {
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  return follow(*api, arguments.positional[0], "");
}

}  // namespace argosy::cli
