// All connections that a server has open: counted against their limit, and found again when the server stops. Internal to the room.
// Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace argosy::http {

// One open connection, HTTP or WebSocket. Both calls come from any thread and only wake its own executor.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void drain() = 0;  // finish what is under way, take nothing new
  virtual void abort() = 0;  // end now
};

class LiveConnections : public std::enable_shared_from_this<LiveConnections> {
 public:
  explicit LiveConnections(std::size_t limit) : limit_(limit) {}

  // The right to be open; goes back when the last copy is dropped.
  class Lease {
   public:
    Lease(std::shared_ptr<LiveConnections> home, bool over_limit) : over_limit_(over_limit), home_(std::move(home)) {}
    ~Lease() { home_->release(this); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    bool over_limit() const { return over_limit_; }  // open only to be told 503
    // Who is to be woken. Replaces the one before: an upgrade hands its lease on.
    void bind(std::weak_ptr<Connection> connection);

   private:
    friend class LiveConnections;
    const bool over_limit_;
    std::shared_ptr<LiveConnections> home_;
    std::weak_ptr<Connection> connection_;  // guarded by the home's mutex
  };

  // Null when even the room for refusals is used up, or when draining: close the socket without a word.
  std::shared_ptr<Lease> admit();
  void drain();
  void abort();
  // False when some are still open after `timeout`.
  bool wait_empty(std::chrono::milliseconds timeout);

 private:
  void release(Lease* lease);
  std::vector<std::shared_ptr<Connection>> open();

  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable empty_;
  std::set<Lease*> leases_;
  bool draining_ = false;
};

}  // namespace argosy::http
