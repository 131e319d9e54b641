#include "common/egress/resolver.h"

#include <netdb.h>
#include <sys/eventfd.h>

#include "common/core/thread_name.h"

namespace argosy::egress {
namespace {

constexpr int kLookupThreads = 4;

class SystemResolver : public Resolver {
 public:
  Result<std::vector<std::string>> resolve(const std::string& name) override {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    const int code = ::getaddrinfo(name.c_str(), nullptr, &hints, &raw);
    if (code == EAI_NONAME || code == EAI_NODATA) return fail_user("name_unknown", "the name does not exist");
    if (code != 0) return fail_transient("lookup_failed", "the name could not be looked up");
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> found(raw, ::freeaddrinfo);
    std::vector<std::string> out;
    for (const addrinfo* at = raw; at != nullptr; at = at->ai_next) {
      char text[NI_MAXHOST] = {};
      if (::getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0) out.emplace_back(text);
    }
    return out;
  }
};

}  // namespace

std::shared_ptr<Resolver> system_resolver() {
  static const auto one = std::make_shared<SystemResolver>();
  return one;
}

Lookups::Lookups(std::shared_ptr<Resolver> resolver) : resolver_(std::move(resolver)), ready_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  for (int i = 0; i < kLookupThreads; ++i) threads_.emplace_back([this] { work(); });
}

Lookups::~Lookups() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Lookups::ask(std::uint64_t ticket, std::string name) {
  const std::lock_guard lock(mutex_);
  waiting_.emplace_back(ticket, std::move(name));
  changed_.notify_one();
}

std::vector<Lookups::Answer> Lookups::take() {
  const std::lock_guard lock(mutex_);
  eventfd_t ignored = 0;
  (void)::eventfd_read(ready_.get(), &ignored);
  return std::exchange(answers_, {});
}

void Lookups::work() {
  name_this_thread("egress-lookup");
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const auto [ticket, name] = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    auto found = resolver_->resolve(name);
    lock.lock();
    answers_.push_back({ticket, std::move(found)});
    (void)::eventfd_write(ready_.get(), 1);
  }
}

}  // namespace argosy::egress
