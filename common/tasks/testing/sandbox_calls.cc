#include "common/tasks/testing/sandbox_calls.h"

#include <fmt/format.h>

namespace argosy::tasks {
namespace {

using json::Object;

// One who is newer may say more; what is missing is a mistake.
template <class T, class Read>
Result<T> read_call(std::string_view json_text, Read&& read) {
  ARGOSY_TRY(const json::Value value, json::parse(json_text));
  JsonReader in(value);
  T call = read(in);
  if (const auto& problem = in.problem())
    return fail_user("call_malformed", fmt::format("a call cannot be read: {}: {}", problem->pointer, problem->message));
  return call;
}

SandboxLimits limits_in(JsonReader& in) {
  SandboxLimits limits;
  if (const auto* given = in.optional_object("limits")) {
    JsonReader inner(*given, "/limits");
    limits = read_sandbox_limits(inner);
    if (inner.problem()) in.fail("limits", inner.problem()->message);
  }
  return limits;
}

}  // namespace

SandboxLimits read_sandbox_limits(JsonReader& in) {
  SandboxLimits limits;
  const auto read = [&](std::string_view name, std::int64_t& into) {
    const auto given = in.optional_integer(name);
    if (given && *given < 1) in.fail(name, "must be at least 1");
    into = given.value_or(0);
  };
  read("memory_bytes", limits.memory_bytes);
  read("cpus", limits.cpus);
  read("processes", limits.processes);
  read("disk_bytes", limits.disk_bytes);
  read("wall_s", limits.wall_s);
  return limits;
}

json::Value to_json(const SandboxLimits& limits) {
  Object out;
  const auto write = [&](const char* name, std::int64_t value) {
    if (value > 0) out.append(name, value);
  };
  write("memory_bytes", limits.memory_bytes);
  write("cpus", limits.cpus);
  write("processes", limits.processes);
  write("disk_bytes", limits.disk_bytes);
  write("wall_s", limits.wall_s);
  return out;
}

SandboxLimits sandbox_limits_from(std::string_view json_text) {
  const auto value = json::parse(json_text);
  if (!value) return {};
  JsonReader in(*value);
  return read_sandbox_limits(in);
}

json::Value to_json(const MakeSandbox& make) {
  return Object{
      {"id", make.id.to_string()}, {"url", make.url}, {"branch", make.branch}, {"commit", make.commit}, {"limits", to_json(make.limits)}};
}

json::Value to_json(const MadeSandbox& made) { return Object{{"commit", made.commit}, {"limits", to_json(made.limits)}}; }

json::Value to_json(const Exec& exec) {
  return Object{
      {"argv", json::Array(exec.argv.begin(), exec.argv.end())}, {"timeout_s", std::int64_t{exec.timeout.count()}}, {"stdin", exec.input}};
}

json::Value to_json(const Executed& done) {
  return Object{{"exit_code", done.exit_code},
                {"signal", done.signal == 0 ? json::Value() : json::Value(done.signal)},
                {"stdout", done.out},
                {"stderr", done.err},
                {"stdout_truncated", done.out_truncated},
                {"stderr_truncated", done.err_truncated},
                {"duration_ms", done.duration_ms},
                {"timed_out", done.timed_out},
                {"oom", done.out_of_memory},
                {"out_of_disk", done.out_of_disk},
                {"stopped", done.stopped}};
}

Result<MakeSandbox> make_sandbox_from(std::string_view json_text) {
  return read_call<MakeSandbox>(json_text, [](JsonReader& in) {
    const auto id = SandboxId::parse(in.string("id"));
    if (!id) in.fail("id", "must be an id");
    return MakeSandbox{.id = id.value_or(SandboxId{}),
                       .url = in.string("url"),
                       .branch = in.string_or_empty("branch"),
                       .commit = in.string_or_empty("commit"),
                       .limits = limits_in(in)};
  });
}

Result<MadeSandbox> made_sandbox_from(std::string_view json_text) {
  return read_call<MadeSandbox>(json_text,
                                [](JsonReader& in) { return MadeSandbox{.commit = in.string("commit"), .limits = limits_in(in)}; });
}

Result<Exec> exec_from(std::string_view json_text) {
  return read_call<Exec>(json_text, [](JsonReader& in) {
    Exec exec{.argv = in.strings("argv"), .timeout = std::chrono::seconds(in.integer("timeout_s")), .input = in.string_or_empty("stdin")};
    if (exec.argv.empty()) in.fail("argv", "must not be empty");
    if (exec.timeout < std::chrono::seconds(1)) in.fail("timeout_s", "must be at least 1");
    return exec;
  });
}

}  // namespace argosy::tasks
