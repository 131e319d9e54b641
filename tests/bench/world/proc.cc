#include "tests/bench/world/proc.h"

#include <unistd.h>

#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "common/core/file.h"
#include "common/core/text.h"

namespace argosy::bench {
namespace {

namespace fs = std::filesystem;

// /proc/PID/stat behind the name, which may hold anything: fields[0] is the state, the third of proc(5).
std::vector<std::string> stat_fields(const std::string& file) {
  const auto text = read_file(file, 4096).value_or("");
  const auto name_end = text.rfind(')');
  std::vector<std::string> fields;
  if (name_end == std::string::npos) return fields;
  std::istringstream rest(text.substr(name_end + 1));
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

double ticks(const std::vector<std::string>& fields, std::size_t proc_number) {
  const auto index = proc_number - 3;
  return index < fields.size() ? static_cast<double>(text::to_int(fields[index]).value_or(0)) : 0;
}

double second() { return static_cast<double>(::sysconf(_SC_CLK_TCK)); }

}  // namespace

double cpu_seconds(pid_t pid) {
  const auto fields = stat_fields(fmt::format("/proc/{}/stat", pid));
  return (ticks(fields, 14) + ticks(fields, 15) + ticks(fields, 16) + ticks(fields, 17)) / second();  // utime, stime, cutime, cstime
}

std::vector<pid_t> children(pid_t pid) {
  std::vector<pid_t> found;
  std::error_code error;
  for (const auto& thread : fs::directory_iterator(fmt::format("/proc/{}/task", pid), error)) {
    std::istringstream list(read_file(thread.path() / "children", 1 << 16).value_or(""));
    for (pid_t child = 0; list >> child;) found.push_back(child);
  }
  return found;
}

double cpu_seconds_of_all(pid_t pid) {
  double sum = cpu_seconds(pid);
  for (const auto child : children(pid)) sum += cpu_seconds_of_all(child);
  return sum;
}

Memory memory(pid_t pid) {
  Memory memory;
  const auto status = read_file(fmt::format("/proc/{}/status", pid), 1 << 16).value_or("");
  for (const auto line : text::lines(status)) {
    std::istringstream words{std::string(line)};
    std::string name;
    double kilobytes = 0;
    words >> name >> kilobytes;
    if (name == "VmHWM:") memory.peak_mb = kilobytes / 1024;
    if (name == "RssAnon:") memory.anonymous_mb = kilobytes / 1024;
    if (name == "RssShmem:") memory.shared_mb = kilobytes / 1024;
  }
  return memory;
}

double open_descriptors(pid_t pid) {
  std::error_code error;
  double count = 0;
  for (auto it = fs::directory_iterator(fmt::format("/proc/{}/fd", pid), error); !error && it != fs::directory_iterator();
       it.increment(error))
    ++count;
  return count;
}

std::map<std::string, double> thread_cpu_seconds(pid_t pid) {
  std::map<std::string, double> by_name;
  std::error_code error;
  for (const auto& thread : fs::directory_iterator(fmt::format("/proc/{}/task", pid), error)) {
    const auto fields = stat_fields((thread.path() / "stat").string());
    const std::string name(text::trim(read_file(thread.path() / "comm", 256).value_or("?")));
    by_name[name] += (ticks(fields, 14) + ticks(fields, 15)) / second();
  }
  return by_name;
}

}  // namespace argosy::bench
