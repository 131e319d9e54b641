#include "common/agent/context/context.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "common/agent/context/candidates.h"
#include "common/agent/context/excerpt.h"
#include "common/code/encoding.h"
#include "common/code/map/repo_map.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

using context::Candidate;

constexpr std::size_t kLeastWorthShowing = 40;  // tokens; what is left below that is not filled with crumbs

class Builder {
 public:
  Builder(const Repository& repository, const ContextWish& wish)
      : repository_(repository), mentioned_(wish.names.begin(), wish.names.end()), context_{wish.tokens, 0, {}, {}, 0} {}

  Result<void> add(const Candidate& candidate) {
    std::string text = candidate.text;
    const bool file = text.empty();
    if (file) {
      ARGOSY_TRY(const auto bytes, repository_.tree.read(candidate.name));
      if (!bytes) return leave_out(candidate, "there is no such file yet"), Result<void>();
      auto decoded = code::decode(*bytes);
      if (!decoded) return leave_out(candidate, "it is not text"), Result<void>();
      text = std::move(decoded->text);
    }
    if (text::trim(text).empty()) return leave_out(candidate, "it is empty"), Result<void>();
    const std::size_t needs = code::estimated_tokens(text);
    const std::size_t room = std::min(left(), most_of(candidate, needs));
    if (needs <= room) return put(candidate, "whole", std::move(text), file), Result<void>();
    if (auto some = file ? outlined(candidate, text, room) : std::string(); !some.empty())
      return put(candidate, "outline", std::move(some), file), Result<void>();
    const bool by_beginning = candidate.priority != Priority::related;
    if (auto some = by_beginning && room >= kLeastWorthShowing ? context::beginning(text, room) : std::string(); !some.empty())
      return put(candidate, "beginning", std::move(some), file), Result<void>();
    leave_out(candidate, fmt::format("it needs {} tokens and {} were left", needs, left()), needs);
    return {};
  }

  void leave_out(const Candidate& candidate, std::string reason, std::size_t tokens = 0) {
    if (context_.left_out.size() >= kMostLeftOut)
      ++context_.left_out_more;
    else
      context_.left_out.push_back({candidate.priority, candidate.name, std::move(reason), tokens});
  }

  Context take() { return std::move(context_); }

 private:
  std::size_t left() const { return context_.budget - context_.tokens; }

  static std::size_t most_of(const Candidate& candidate, std::size_t needs) {
    if (candidate.priority == Priority::convention) return kMostConvention;
    if (candidate.priority == Priority::outside) return kMostDocument;
    if (candidate.priority == Priority::related && candidate.text.empty()) return kMostWholeRelated;
    return needs;
  }

  std::string outlined(const Candidate& candidate, std::string_view text, std::size_t room) const {
    const auto found = std::ranges::lower_bound(repository_.files, candidate.name, {},
                                                [](const code::IndexedFile& one) -> const std::string& { return one.path; });
    if (found == repository_.files.end() || found->path != candidate.name) return {};
    return context::outline(text, *found->tags, mentioned_, room);
  }

  void put(const Candidate& candidate, std::string form, std::string text, bool file) {
    Piece piece{candidate.priority, candidate.name, candidate.reason, std::move(form), candidate.value(), code::estimated_tokens(text), {}};
    piece.text.source = !file                   ? piece.name
                        : piece.form == "whole" ? "file " + piece.name
                                                : fmt::format("{} of file {}", piece.form, piece.name);
    piece.text.max_bytes = std::max(text.size(), llm::kUsualUntrusted);
    piece.text.text = std::move(text);
    context_.tokens += piece.tokens;
    context_.pieces.push_back(std::move(piece));
  }

  const Repository& repository_;
  std::set<std::string, std::less<>> mentioned_;
  Context context_;
};

// Write-sets are globs too: the files that they cover now.
std::vector<std::string> expanded(const std::vector<std::string>& wanted, const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& one : wanted) {
    if (one.find_first_of("*?") == std::string::npos && !one.ends_with('/')) {
      files.push_back(one);
      continue;
    }
    std::size_t covered = 0;
    for (const std::string& path : paths) {
      if (!text::path_matches(one, path)) continue;
      if (++covered > kMostOfAPattern) break;
      files.push_back(path);
    }
  }
  return files;
}

}  // namespace

std::string_view to_string(Priority priority) {
  static constexpr std::array<std::string_view, 4> kNames{"task_file", "related", "convention", "outside"};
  return kNames.at(static_cast<std::size_t>(priority));
}

double weight_of(Priority priority) {
  static constexpr std::array kWeights{1.0, 0.7, 0.4, 0.1};
  return kWeights.at(static_cast<std::size_t>(priority));
}

Result<Context> build_context(const Repository& repository, const ContextWish& wish) {
  ARGOSY_TRY(const auto paths, repository.tree.list());
  ContextWish whole = wish;
  whole.files = expanded(wish.files, paths);
  Builder builder(repository, whole);
  for (const Candidate& candidate : context::candidates(repository, whole, paths)) ARGOSY_TRY_VOID(builder.add(candidate));
  return builder.take();
}

json::Value to_json(const Context& context) {
  json::Array pieces, left_out;
  for (const Piece& piece : context.pieces)
    pieces.emplace_back(json::Object{{"name", piece.name},
                                     {"priority", to_string(piece.priority)},
                                     {"weight", weight_of(piece.priority)},
                                     {"value", piece.value},
                                     {"reason", piece.reason},
                                     {"form", piece.form},
                                     {"tokens", piece.tokens}});
  for (const LeftOut& one : context.left_out)
    left_out.emplace_back(
        json::Object{{"name", one.name}, {"priority", to_string(one.priority)}, {"reason", one.reason}, {"tokens", one.tokens}});
  return json::Object{{"budget", context.budget},
                      {"tokens", context.tokens},
                      {"pieces", std::move(pieces)},
                      {"left_out", std::move(left_out)},
                      {"left_out_more", context.left_out_more}};
}

}  // namespace argosy::agent
