// An answer in the making: what the readers of all vendors put their pieces into. Here are the bounds, and what does not depend on the
// vendor: thinking inside the text, calls inside the text, arguments made right, ids, and what an answer that broke off is. Internal to the
// folder; pure, one thread at a time.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "common/llm/calls/think.h"
#include "common/llm/stream/json_texts.h"
#include "common/llm/wire/answer_reader.h"

namespace argosy::llm {

struct DraftCall {
  std::optional<std::int64_t> index{};  // as the vendor counts
  std::string id{}, name{}, arguments{};
  JsonExtent extent{};    // of the arguments: closed when they are a whole object
  bool is_whole = false;  // the vendor said that it ended
};

class Draft {
 public:
  Draft(const ReaderLimits& limits, const std::vector<Tool>* offered);

  // Pieces that the vendor sent. `plain`: the vendor keeps thinking apart, no mark is looked for in the text.
  void add_text(std::string_view piece, const OnDelta& on_delta, bool plain = false);
  void add_thinking(std::string_view piece, const OnDelta& on_delta);  // to the newest one
  std::size_t new_thinking();
  const Thinking& thinking(std::size_t number) const { return answer_.thinking[number]; }
  std::size_t thinkings() const { return answer_.thinking.size(); }
  void keep_block(std::size_t number, json::Value block);
  // False: there is no room for so much more, and the reading ends.
  bool keep(std::size_t bytes);
  std::list<DraftCall>& calls() { return calls_; }
  DraftCall& new_call();  // past the bound: one that is not kept, and the reading ends
  void add_arguments(DraftCall& call, std::string_view piece);

  // The vendor's word for why it ended; the first one counts. Unknown words are an error.
  void stop_with(std::string_view word);
  void stop_with(StopReason reason);
  bool has_stop() const { return stop_.has_value(); }
  void add_usage(const Usage& usage);  // totals so far: they only grow
  void salt(std::string_view part);    // what makes this answer unlike others: ids that are missing are made of it
  void name_model(std::string_view name);
  void end() { is_ended_ = true; }  // the vendor's end mark
  // Ends the reading; the first failure counts. `type`: the vendor's word, or empty for ours.
  void fail(std::string_view type, std::string message);
  bool is_done() const { return is_ended_ || !error_.empty(); }
  bool is_ended() const { return is_ended_; }

  Answer finish();

 private:
  void take_calls_from_text();
  void finish_calls();
  void finish_stop();
  std::string id_for(const DraftCall& call, std::size_t position) const;

  ReaderLimits limits_;
  std::optional<std::vector<Tool>> offered_;
  ThinkSplitter splitter_;
  Answer answer_;
  std::list<DraftCall> calls_;
  DraftCall surplus_;
  std::optional<StopReason> stop_;
  std::string unknown_stop_, salt_, error_, error_type_;
  std::size_t kept_bytes_ = 0;
  bool is_ended_ = false;
};

}  // namespace argosy::llm
