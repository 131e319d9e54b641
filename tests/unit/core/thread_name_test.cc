#include "common/core/thread_name.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <thread>

namespace argosy {
namespace {

std::string shown_after(std::string_view name) {
  char shown[32] = {};
  std::thread([&] {
    name_this_thread(name);
    pthread_getname_np(pthread_self(), shown, sizeof shown);
  }).join();
  return shown;
}

TEST(ThreadName, IsWhatOthersSee) { EXPECT_EQ(shown_after("claim"), "claim"); }
TEST(ThreadName, KeepsTheBeginningOfOneThatIsTooLong) { EXPECT_EQ(shown_after("reannounce-and-more"), "reannounce-and-"); }

}  // namespace
}  // namespace argosy
