// A model that looks where it is told to, and does whatever it is told by the text that it finds there. Used by pair.cc. One conversation
// at a time.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "common/llm/call/model.h"
#include "tests/injection/carriers.h"

namespace argosy::injection {

class ObeyingModel final : public llm::Model {
 public:
  static constexpr std::size_t kPatience = 40;  // answers, then it ends its work whatever it is told

  void start(std::shared_ptr<const llm::Request> request, llm::CallOptions options, llm::OnDone done) override;
  void begin(const Case& one, Carrier carrier) {
    case_ = &one;
    carrier_ = carrier;
    reached = false;
    rounds = 0;
    done_tools.clear();
  }

  bool reached = false;
  std::size_t rounds = 0;
  std::set<std::string> done_tools;  // of which it has seen a result that is no refusal
  llm::OnDone held;                  // of the first call of all: it keeps the tree on the disk

 private:
  void look_at(const llm::Request& request);
  Round next(std::size_t round) const;

  const Case* case_ = nullptr;
  Carrier carrier_ = Carrier::source;
};

}  // namespace argosy::injection
