// One run: some processes of two organisations call models against one ledger, in an order that the seed decides, with time that only the
// run moves. Any process may die between any two steps; usage gets lost, settles come late or twice, caps change. Every answer of the
// database is compared with what it must be (Expected), and in the end every row. One thread, one database.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "common/store/spending.h"
#include "tests/money/broken.h"
#include "tests/money/expected.h"
#include "tests/money/vendor.h"
#include "tests/support/database.h"

namespace argosy::money {

// A database whose clock stands still until it is set.
class Ground {
 public:
  Ground();
  store::Database& db() { return *db_; }
  testing::SqlSession::Rows query(const std::string& sql) { return base_.query(sql); }
  void set_clock(UnixMillis now);
  UnixMillis now() const { return now_; }
  UnixMillis begun() const { return begun_; }
  // The clock where the seed has it: no day or month of another run is met again. Seeds ascend. Now and then without the rows of the past.
  void begin_run(std::uint64_t seed, std::int64_t offset);
  void break_on_purpose(const Broken& how);

 private:
  testing::TestDatabase base_;
  std::unique_ptr<store::Database> db_;
  UnixMillis now_ = 0, begun_ = 0;
  int runs_ = 0;
};

struct Findings {
  std::uint64_t over_cap = 0, mismatch = 0;
  std::string first{};  // what was found first
};

class World {
 public:
  using Say = std::function<void(const std::string&)>;
  World(Ground& ground, std::uint64_t seed, Say say);
  Findings run();

 private:
  enum class Stage { idle, named, held, sent, received };
  struct Process {
    Stage stage = Stage::idle;
    std::size_t call = 0;  // of expected_.calls
    std::size_t model = 0;
    std::int64_t bytes = 0, max_output = 0;
    llm::Usage usage{};
    bool complete = true;
  };

  void live();

  bool chance(int percent) { return random_() % 100 < static_cast<std::uint64_t>(percent); }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most - least + 1));
  }
  Call& call_of(const Process& process) { return expected_.calls[process.call]; }

  void make_models();
  void change_a_cap();
  void step(Process& process);
  void name_a_call(Process& process);
  void reserve(Process& first);
  void send(Process& process);
  void receive(Process& process);
  void settle(Process& process, const llm::Spend& real, const llm::Usage& usage);
  void settle_once(const Call& call, const llm::Spend& real, const llm::Usage& usage);
  void die(Process& process);
  void pass_time();
  void expire();
  void compare_rows();
  void compare_accounts();

  void over_cap(const std::string& what) { note(++findings_.over_cap, what); }
  void mismatch(const std::string& what) { note(++findings_.mismatch, what); }
  void note(std::uint64_t, const std::string& what) {
    if (findings_.first.empty()) findings_.first = what;
    say_("FOUND " + what);
  }

  Ground& ground_;
  const std::uint64_t seed_;
  const Say say_;
  std::mt19937_64 random_;
  Vendor vendor_{random_};
  Expected expected_;
  std::vector<OrgId> orgs_;
  std::vector<TaskId> tasks_;
  std::vector<llm::ModelEntry> models_;
  std::vector<Process> processes_;
  Findings findings_;
};

}  // namespace argosy::money
