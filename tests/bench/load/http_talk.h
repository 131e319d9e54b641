// HTTP/1.1 from the client's side, as little as a measurement needs: requests are text that was made beforehand, connections are kept,
// answers are cut by their Content-Length. No error handling beyond "this did not work", because a run in which it matters has failed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argosy::bench {

// POST /api/v1/tasks with a body of about 1 kB. `n` makes it different from others.
std::string submit_request(std::uint64_t n);

// Connected to 127.0.0.1, without delay; throws std::runtime_error.
int connect_to(std::uint16_t port, bool blocking);

struct Answer {
  int status = 0;
  std::string_view body{};
  std::size_t bytes = 0;  // of the whole answer
};
// The answer at the beginning of `received` once it is whole. Throws std::runtime_error on what is no HTTP.
std::optional<Answer> answer_in(std::string_view received);

// A kept connection for one request after the other.
class Talk {
 public:
  explicit Talk(std::uint16_t port) : fd_(connect_to(port, true)) {}
  ~Talk();
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;
  // The answer's body stays valid until the next request.
  Answer ask(std::string_view request);

 private:
  int fd_;
  std::string received_;
};

}  // namespace argosy::bench
