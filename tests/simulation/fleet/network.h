// The way to the database: calls take time, get lost, are answered in vain, or meet a database that is away. A call whose connection breaks
// may still be carried out, later. One thread.
#pragma once

#include <algorithm>
#include <functional>
#include <map>

#include "common/core/error.h"
#include "tests/simulation/base/timeline.h"
#include "tests/simulation/world/plan.h"

namespace argosy::simulation {

class Network {
 public:
  static constexpr std::chrono::seconds kSlowest{4};  // one way, for a process that is far

  Network(Timeline& timeline, const Plan& plan, Random& random) : timeline_(timeline), plan_(plan), random_(random) {}

  bool database_away() const {
    return std::ranges::any_of(plan_.database, [&](const Outage& o) { return o.from <= timeline_.now() && timeline_.now() < o.until; });
  }
  // A process whose way is slow until then.
  void slow(int process, Time until) { slow_until_[process] = until; }

  // The longest that a statement may take, of all calls but renewals, which have a bound of their own.
  static constexpr std::chrono::seconds kStatement{5};

  // `execute` runs at the database, `answer` at the caller: with what execute returned, or an error. One whose connection broke may still
  // run, for at most `statement`.
  template <class T>
  void call(int process, std::function<Result<T>()> execute, std::function<void(Result<T>)> answer, Time statement = kStatement) {
    const auto there = delay(process), back = delay(process);
    const bool lost = random_.chance(plan_.call_lost), unanswered = random_.chance(plan_.answer_lost);
    const bool orphaned = lost && random_.chance(0.3);
    timeline_.after(there, [this, back, lost, unanswered, orphaned, statement, execute = std::move(execute), answer = std::move(answer)] {
      const auto failed = [this, back, &answer](std::string why) {
        timeline_.after(back, [answer, why = std::move(why)] { answer(fail_transient("database", why)); });
      };
      if (database_away()) return failed("it is away");
      if (lost) {
        // The caller gives up; the backend does what it was told, some time.
        if (orphaned) {
          timeline_.after(random_.between(Time(0), statement), [this, execute] {
            if (!database_away()) (void)execute();
          });
        }
        return failed("the connection broke before the answer");
      }
      auto result = execute();
      if (unanswered) return failed("the answer was lost");
      timeline_.after(back, [answer, result = std::move(result)]() mutable { answer(std::move(result)); });
    });
  }

 private:
  Time delay(int process) {
    const auto slow = slow_until_.find(process);
    const bool far = slow != slow_until_.end() && timeline_.now() < slow->second;
    if (far || random_.chance(plan_.slow_call)) return random_.between(std::chrono::milliseconds(100), Time(kSlowest));
    return random_.between(Time(100'000), std::chrono::milliseconds(2));
  }

  Timeline& timeline_;
  const Plan& plan_;
  Random& random_;
  std::map<int, Time> slow_until_;
};

}  // namespace argosy::simulation
