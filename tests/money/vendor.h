// The other side: a vendor that makes calls and writes its own bill, by its own arithmetic. It takes any number of tokens up to one a byte
// of the body and answers up to what it was allowed. The rule is that of tests/standins/model_server, without the HTTP. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>

#include "common/llm/conversation.h"
#include "common/llm/models/model.h"

namespace argosy::money {

class Vendor {
 public:
  explicit Vendor(std::mt19937_64& random) : random_(random) {}

  // Makes the call. What it would report as used; the bill is written whether anybody hears of it or not.
  llm::Usage serve(const std::string& call, const llm::ModelEntry& model, std::int64_t body_bytes, std::int64_t max_output);

  NanoUsd bill_of(const std::string& call) const { return found(call).money; }
  std::int64_t tokens_of(const std::string& call) const { return found(call).tokens; }
  bool was_made(const std::string& call) const { return bill_.contains(call); }

 private:
  struct Line {
    NanoUsd money = 0;
    std::int64_t tokens = 0;
  };
  Line found(const std::string& call) const {
    const auto hit = bill_.find(call);
    return hit == bill_.end() ? Line{} : hit->second;
  }

  std::mt19937_64& random_;
  std::map<std::string, Line> bill_;
};

}  // namespace argosy::money
