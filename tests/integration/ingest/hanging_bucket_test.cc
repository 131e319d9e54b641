// A bucket that takes requests and never answers: what reads artifacts waits for it, the rest of the API does not.
#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "common/core/crypto.h"
#include "common/http/server.h"
#include "common/store/placed/placed_blobs.h"
#include "tests/integration/ingest/api.h"
#include "tests/support/eventually.h"

namespace argosy::ingest {
namespace {

constexpr std::size_t kReaders = 12;      // more than ingest has threads for artifacts
constexpr std::size_t kHeldTogether = 8;  // which are so many

// Holds every request until it is told to refuse them all.
class HangingBucket {
 public:
  HangingBucket() : server_(http::ServerOptions{}) {
    server_.route("GET", "/{rest...}", [this](http::Request, http::Respond respond) {
      std::unique_lock lock(mutex_);
      ++asked_;
      if (refuses_) return respond({.status = 503});
      held_.push_back(std::move(respond));
      changed_.notify_all();
    });
    EXPECT_TRUE(server_.start());
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  bool holds(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, testing::kPatience, [&] { return held_.size() >= count; });
  }
  void refuse() {
    std::vector<http::Respond> held;
    {
      const std::lock_guard lock(mutex_);
      refuses_ = true;
      held.swap(held_);
    }
    for (const auto& respond : held) respond({.status = 503});
  }
  std::size_t asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<http::Respond> held_;
  std::size_t asked_ = 0;
  bool refuses_ = false;
  http::Server server_;  // ends first
};

class HangingBucketApi : public Api {
 protected:
  void SetUp() override {
    start({{"ARGOSY_ARTIFACTS", "s3"},
           {"ARGOSY_S3_BUCKET", "things"},
           {"ARGOSY_S3_ENDPOINT", bucket_.url()},
           {"ARGOSY_S3_PATH_STYLE", "true"},
           {"ARGOSY_S3_ACCESS_KEY_ID", "AKIAHANGING"},
           {"ARGOSY_S3_SECRET_ACCESS_KEY", "a-secret-nobody-looks-at"}});
    add_repository();
    task_ = submit();
    const auto place = store::place_blob(db(), sha256_);
    ASSERT_TRUE(place);
    ASSERT_TRUE(store::link_placed(
        db(), {.task = *TaskId::parse(task_), .attempt = 1, .kind = "patch", .name = "a.patch", .sha256 = sha256_, .size = 5},
        place->number, 1'000));
  }

  HangingBucket bucket_;
  const std::string sha256_ = crypto::sha256_hex("bytes");
  std::string task_;
};

TEST_F(HangingBucketApi, HoldsNoThreadThatAnotherRequestNeedsAndIsAskedOnceARequest) {
  std::vector<int> statuses(kReaders);
  std::vector<std::jthread> readers;
  for (auto& status : statuses)
    readers.emplace_back([&] {
      const auto answer =
          http::fetch({.url = "http://127.0.0.1:" + std::to_string(port()) + "/api/v1/tasks/" + task_ + "/artifacts/" + sha256_});
      status = answer ? answer->status : 0;
    });
  EXPECT_TRUE(bucket_.holds(kHeldTogether));
  EXPECT_EQ(get("/api/v1/tasks/" + task_).status, 200);
  EXPECT_EQ(get("/api/v1/tasks").status, 200);
  bucket_.refuse();
  readers.clear();
  EXPECT_THAT(statuses, ::testing::Each(503));
  EXPECT_EQ(bucket_.asked(), kReaders);
}

}  // namespace
}  // namespace argosy::ingest
