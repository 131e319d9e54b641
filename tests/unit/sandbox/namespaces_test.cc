#include "common/sandbox/launch/namespaces.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

namespace argosy::sandbox {
namespace {

constexpr uid_t kNobody = 65'534;

ino_t number(const Fd& fd) {
  struct stat about{};
  return ::fstat(fd.get(), &about) == 0 ? about.st_ino : 0;
}

class Ready : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "an ordinary user leaves them to bubblewrap";
  }
};

TEST_F(Ready, NamespacesAreEachTakenOnce) {
  ReadyNamespaces ready;
  std::vector<Namespaces> taken;
  std::set<ino_t> users, networks;
  for (int i = 0; i < 12; ++i) {
    auto one = ready.take(kNobody);
    ASSERT_TRUE(one) << to_string(one.error());
    ready.refill();
    users.insert(number(one->user));
    networks.insert(number(one->network));
    taken.push_back(std::move(*one));  // held, so that the kernel gives no number twice
  }
  EXPECT_EQ(users.size(), taken.size());
  EXPECT_EQ(networks.size(), taken.size());
}

TEST_F(Ready, EndsWhileItIsMakingThem) {
  ReadyNamespaces ready;
  ASSERT_TRUE(ready.take(kNobody));
  ready.refill();
}

}  // namespace
}  // namespace argosy::sandbox
