// One call to a model over HTTP: the answer is read as it comes. Used by HttpModel, which starts it; threads as in admitted.h.
#pragma once

#include <memory>
#include <optional>

#include "common/llm/call/admitted.h"
#include "common/llm/wire/answer_reader.h"

namespace argosy::llm {

class Exchange : public Admitted {
 public:
  Exchange(Api api, std::shared_ptr<const Request> request, http::StreamClient& client, std::shared_ptr<Gate> gate, const Clock& clock,
           CallOptions options, OnDone done)
      : Admitted(client, std::move(gate), clock, std::move(options)), api_(api), request_(std::move(request)), done_(std::move(done)) {}

 private:
  bool read(std::string_view bytes) override;
  std::optional<Fault> judge(const Result<void>& end) override;
  void hand_on(std::optional<Fault> fault, bool may_be_billed) override;
  AnswerReader& reader();

  const Api api_;
  std::shared_ptr<const Request> request_;
  OnDone done_;
  std::unique_ptr<AnswerReader> reader_;
  CallResult result_;
};

}  // namespace argosy::llm
