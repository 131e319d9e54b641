// Documentation outside of the repository: the search addresses that the operator has written down, and no others. Answers are kept for a
// while, so that agents who ask the same do not ask the server twice. Used by Models. Blocks; thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/net/host_rule.h"

namespace argosy::codegen {

class Documentation {
 public:
  static constexpr std::size_t kMostSources = 8;
  static constexpr std::chrono::hours kKeptFor{24};
  static constexpr std::size_t kMostKept = 500;              // answers
  static constexpr std::size_t kMostAnswer = 6'000;          // bytes of one that an agent is shown
  static constexpr std::size_t kMostFetched = 2u << 20;      // bytes that a server may send
  static constexpr std::chrono::seconds kPatience{10};       // for one server
  static constexpr std::chrono::seconds kPatienceInAll{15};  // for those of one search: an agent's thread waits for them

  // `templates`: addresses with {query} in path or query, separated by white space; empty: null, research is off. `vouched`: hosts that may
  // lie at special addresses and be asked without TLS (ARGOSY_EGRESS_ADDRESSES). Errors (B): research_url_invalid.
  static Result<std::unique_ptr<Documentation>> open(std::string_view templates, const std::vector<HostAddress>& vouched,
                                                     const Clock& clock);

  // What each source says to it, under its host's name; a source that fails, or for which no time is left, says why. Errors (A):
  // research_failed, where all do.
  Result<std::string> search(const std::string& query);

 private:
  struct Source {
    std::string address;  // with {query}
    std::string host;
    bool vouched = false;
  };
  struct Kept {
    std::string url, text;
    UnixMillis at = 0;
  };
  Documentation(std::vector<Source> sources, const Clock& clock) : sources_(std::move(sources)), clock_(clock) {}
  Result<std::string> ask(const Source& source, const std::string& query, std::chrono::nanoseconds until);

  const std::vector<Source> sources_;
  const Clock& clock_;
  std::mutex mutex_;
  std::list<Kept> kept_;  // the newest first
};

}  // namespace argosy::codegen
