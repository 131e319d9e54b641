// From names to addresses. The proxy is handed a Resolver, so that tests can make names move about; lookups block, so the proxy has a few
// threads for them and hears of answers through a descriptor.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/core/net/host_name.h"
#include "common/core/process/fd.h"

namespace argosy::egress {

class Resolver {
 public:
  virtual ~Resolver() = default;
  // Numeric addresses, IPv6 without brackets. Blocking, several threads at once. Errors: name_unknown (B), lookup_failed (A).
  virtual Result<std::vector<std::string>> resolve(const std::string& name) = 0;
};

// That of this machine (getaddrinfo). Lives as long as the program.
std::shared_ptr<Resolver> system_resolver();

// A queue in front of a resolver. Each connection asks once, so the budget of requests bounds it.
class Lookups {
 public:
  struct Answer {
    std::uint64_t ticket;
    Result<std::vector<std::string>> addresses;
  };

  explicit Lookups(std::shared_ptr<Resolver> resolver);
  // Waits for lookups that run, which ends when the resolver's own limit does; those that wait are dropped.
  ~Lookups();

  void ask(std::uint64_t ticket, std::string name);
  int ready_fd() const { return ready_.get(); }  // readable while there are answers
  std::vector<Answer> take();

 private:
  void work();

  std::shared_ptr<Resolver> resolver_;
  Fd ready_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<std::uint64_t, std::string>> waiting_;
  std::vector<Answer> answers_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace argosy::egress
