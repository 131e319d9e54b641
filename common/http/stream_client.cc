#include "common/http/stream_client.h"

#include "common/core/clock.h"
#include "common/http/curl/stream_loop.h"

namespace argosy::http {

using curl::StreamLoop;
using curl::StreamTransfer;

StreamClient::StreamClient() : loop_(std::make_shared<StreamLoop>()) {}

StreamClient::~StreamClient() { loop_->stop(); }

StreamCall StreamClient::start(StreamRequest request, StreamHandler handler) {
  const auto id = loop_->next_number();
  // std::function wants to be copied, a transfer cannot be.
  const auto made =
      std::make_shared<std::unique_ptr<StreamTransfer>>(std::make_unique<StreamTransfer>(id, std::move(request), std::move(handler)));
  loop_->post([loop = loop_.get(), made] { loop->add(std::move(*made)); });
  StreamCall call;
  call.cancel_ = [weak = std::weak_ptr(loop_), id] {
    if (const auto loop = weak.lock()) loop->post([raw = loop.get(), id] { raw->cancel(id); });
  };
  return call;
}

void StreamClient::after(std::chrono::milliseconds wait, std::function<void()> what) {
  StreamLoop::Timer timer{.due = system_clock().boot_time() + wait, .number = loop_->next_number(), .what = std::move(what)};
  loop_->post([loop = loop_.get(), timer = std::move(timer)] { loop->set_timer(timer); });
}

PoolUse StreamClient::use() const { return {.size = StreamLoop::kMaxOpenCalls, .in_use = loop_->open(), .waiting = 0}; }

void StreamCall::cancel() {
  if (cancel_) cancel_();
}

}  // namespace argosy::http
