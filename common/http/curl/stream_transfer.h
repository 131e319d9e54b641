// One streaming call as libcurl runs it: its options, what it received, its time-outs. Internal to the room; on the loop's thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "common/http/curl/easy.h"
#include "common/http/stream_client.h"

namespace argosy::http::curl {

using Instant = std::chrono::nanoseconds;  // Clock::boot_time()

class StreamTransfer {
 public:
  StreamTransfer(std::uint64_t id, StreamRequest request, StreamHandler handler);

  // Makes it ready for curl_multi_add_handle(), or says why it cannot be.
  Result<void> prepare(Instant now);
  // The moment from which late() has something to say, if nothing comes until then.
  Instant due() const;
  std::optional<Error> late(Instant now) const;
  // Tells the handler, with why it was ended by us, or what libcurl says.
  void end(CURLcode code);
  void end(Error why);

  CURL* easy() const { return easy_.get(); }
  std::uint64_t id() const { return id_; }
  Instant scheduled{};                  // the loop looks at it again then
  std::function<void()> phase_changed;  // due() may lie before `scheduled` now

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user);
  static int on_connected(void* user, char* address, char*, int, int);
  void set_stream_options();

  enum class Phase { connecting, waiting, receiving };
  void enter(Phase phase);

  const std::uint64_t id_;
  StreamRequest request_;
  StreamHandler handler_;
  std::string host_;
  AddressGuard guard_;
  HeadReader head_;
  List headers_;
  Easy easy_;
  Phase phase_ = Phase::connecting;
  Instant started_{}, connected_{}, last_byte_{};
  std::size_t received_ = 0;
  std::optional<Error> why_;  // why we ended it ourselves
};

}  // namespace argosy::http::curl
