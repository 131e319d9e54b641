#include "common/llm/wire/answer_reader.h"

#include "common/core/text.h"
#include "common/llm/stream/body.h"
#include "common/llm/stream/loose_json.h"
#include "common/llm/wire/vendor.h"

namespace argosy::llm {
namespace {

class Reader : public AnswerReader {
 public:
  Reader(Api api, const ReaderLimits& limits, const std::vector<Tool>* offered)
      : limits_(limits), draft_(limits, offered), body_(limits.max_bytes, limits.max_event_bytes), vendor_(vendor(api)) {}

  void take(std::string_view bytes, const OnDelta& on_delta) override {
    const auto sink = [&](std::string_view name, std::string_view data) {
      event(name, data, on_delta);
      return !draft_.is_done();
    };
    if (wants_more()) body_.take(bytes, sink);
    if (!body_.problem().empty()) draft_.fail({}, body_.problem());
  }

  bool wants_more() const override { return !draft_.is_done(); }

  Answer finish() override {
    vendor_->close(body_.is_json());
    if (wants_more() && !has_events_) draft_.fail({}, body_.bytes() == 0 ? "the body is empty" : "the body holds no event");
    return draft_.finish();
  }

 private:
  std::unique_ptr<Vendor> vendor(Api api) {
    switch (api) {
      case Api::openai_responses:
        return openai_responses_vendor(draft_);
      case Api::anthropic:
        return anthropic_vendor(draft_);
      case Api::ollama:
        return ollama_vendor(draft_);
      case Api::openai_chat:
        break;
    }
    return openai_chat_vendor(draft_);
  }

  void event(std::string_view name, std::string_view data, const OnDelta& on_delta) {
    data = text::trim(data);
    if (data.empty()) return;
    has_events_ = true;
    if (data == "[DONE]") return vendor_->done_mark();
    const auto value = parse_loosely(data, limits_.max_event_bytes);
    if (!value) {
      // Some servers report their error as bare text.
      if (name == "error") return draft_.fail({}, text::to_utf8(data));
      return draft_.fail({}, "an event is not JSON: " + value.error().message);
    }
    if (!take_error(name, *value, draft_)) vendor_->event(name, *value, on_delta);
  }

  ReaderLimits limits_;
  Draft draft_;
  Body body_;
  std::unique_ptr<Vendor> vendor_;
  bool has_events_ = false;
};

}  // namespace

std::unique_ptr<AnswerReader> AnswerReader::make(Api api, ReaderLimits limits, const std::vector<Tool>* offered) {
  return std::make_unique<Reader>(api, limits, offered);
}

}  // namespace argosy::llm
