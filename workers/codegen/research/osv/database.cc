#include "workers/codegen/research/osv/database.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/core/file.h"
#include "common/core/text.h"

namespace argosy::codegen::osv {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostSummary = 300;

Result<Advisory> advisory_at(const fs::path& file) {
  std::error_code error;
  if (fs::file_size(file, error) > kMostFileBytes || error) return fail_user("osv_malformed", "it is too large");
  ARGOSY_TRY(const auto bytes, read_file(file));
  return advisory_from(bytes);
}

std::string told(const Advisory& one, const Affected& affected, Verdict verdict) {
  auto text = fmt::format("{}{}: {}\n", one.id, one.aliases.empty() ? "" : fmt::format(" ({})", text::join(one.aliases, ", ")),
                          text::ellipsize(one.summary, kMostSummary));
  if (!one.severity.empty()) text += fmt::format("  severity: {}\n", one.severity);
  const auto fixed = fixed_in(affected);
  text += fixed.empty() ? "  no fixed version is known\n" : fmt::format("  fixed in: {}\n", text::join(fixed, ", "));
  if (verdict == Verdict::not_known && affected.by_commits) text += "  its versions are told by git commits only: look at the references\n";
  for (const auto& url : one.references) text += fmt::format("  {}\n", url);
  return text;
}

// Of what an entry says of a package, which may be several things: that which affects this version, else what cannot be judged, else null.
std::pair<const Affected*, Verdict> worst_of(const Advisory& advisory, const std::string& key, std::string_view version) {
  std::pair<const Affected*, Verdict> worst{nullptr, Verdict::not_affected};
  for (const auto& one : advisory.affected) {
    if (key_of(one.ecosystem, one.package) != key) continue;
    const auto verdict = judge(one, version);
    if (verdict == Verdict::affected) return {&one, verdict};
    if (verdict == Verdict::not_known && worst.first == nullptr) worst = {&one, verdict};
  }
  return worst;
}

}  // namespace

void Database::start() {
  reader_ = std::jthread([this](const std::stop_token& stop) {
    auto state = State::unreadable;
    try {
      state = read(stop);
    } catch (const std::exception& thrown) {
      why_ = thrown.what();
    }
    state_ = state;
    state_.notify_all();
  });
}

Database::State Database::read(const std::stop_token& stop) {
  std::error_code error;
  fs::recursive_directory_iterator at(folder_, fs::directory_options::skip_permission_denied, error), end;
  if (error) {
    why_ = error.message();
    return State::unreadable;
  }
  for (; !error && at != end && !stop.stop_requested(); at.increment(error)) {
    if (!at->is_regular_file(error) || at->path().extension() != ".json") continue;
    const auto advisory = entries_ < kMostFiles ? advisory_at(at->path()) : fail_user("osv_malformed", "there are too many");
    if (!advisory) {
      ++unread_;
      continue;
    }
    ++entries_;
    std::set<std::string> keys;
    for (const auto& one : advisory->affected) keys.insert(key_of(one.ecosystem, one.package));
    for (const auto& key : keys) files_[key].push_back(at->path());
  }
  return State::read;
}

Result<std::string> Database::look_up(const std::string& ecosystem, const std::string& package, const std::string& version) {
  const auto state = state_.load();
  if (state == State::being_read)
    return fail_transient("osv_being_read", "the database of vulnerabilities is being read: try again in a moment");
  if (state == State::unreadable)
    return fail_user("osv_unreadable", "the database of vulnerabilities cannot be read: " + why_,
                     "ARGOSY_OSV_DATABASE names a folder with the JSON files of osv.dev");
  const auto key = key_of(ecosystem, package);
  const auto found = files_.find(key);
  std::string told_of, unknown;
  std::size_t count = 0, undecided = 0;
  for (const auto& file : found == files_.end() ? std::vector<fs::path>() : found->second) {
    const auto advisory = advisory_at(file);
    if (!advisory || advisory->withdrawn) continue;
    const auto [worst, verdict] = worst_of(*advisory, key, version);
    if (worst == nullptr) continue;
    const bool counts = verdict == Verdict::affected || version.empty();
    auto& into = counts ? told_of : unknown;
    if ((counts ? ++count : ++undecided) <= kMostTold) into += told(*advisory, *worst, verdict);
  }
  const auto what = version.empty() ? package : fmt::format("{} {}", package, version);
  auto text = fmt::format("{} known vulnerabilities of {} ({}), among {} entries\n", count, what, ecosystem, entries_) + told_of;
  if (count > kMostTold) text += fmt::format("and {} more\n", count - kMostTold);
  if (undecided > 0) text += fmt::format("{} whose versions cannot be judged:\n{}", undecided, unknown);
  if (unread_ > 0) text += fmt::format("[{} files of the database could not be read]\n", unread_);
  return text;
}

}  // namespace argosy::codegen::osv
