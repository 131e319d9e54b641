// argosy-notifications: consumes the notifications queue and calls webhooks. See ARCHITECTURE.md, "The way of a task".
#include "common/runtime/connect.h"
#include "common/runtime/worker.h"
#include "workers/notifications/notifications_handler.h"
#include "workers/notifications/task_summary.h"

int main(int argc, char** argv) {
  using namespace argosy;
  // Configuration first: a bad value ends the process here, with one line a mistake, before anything is opened.
  const auto settings = config::load_or_exit(argc, argv, "argosy-notifications", "Consumes the notifications queue: calls webhooks.");

  // Logs, metrics and health from now on; /readyz turns green when Postgres and the broker answer.
  runtime::Process process(settings, "notifications");

  // The handler knows how to notify; how a task ended and where deliveries are noted comes in from here.
  store::Database db(runtime::database_options(settings, "argosy-notifications-lookup", 2));
  const auto watch = process.pools().watch("postgres_lookup", db);
  notifications::NotificationsHandler handler(
      {.secret = settings.webhook_secret,
       .allow_loopback = settings.allow_http_webhooks,
       .timeout = settings.webhook_timeout,
       .look_up = [&](const OrgId& org, const TaskId& id) -> Result<std::optional<notifications::TaskSummary>> {
         ARGOSY_TRY(const auto task, store::get_task(db, org, id));
         if (!task) return std::nullopt;
         return notifications::summarise(*task);
       },
       .record =
           [&](const notifications::Delivery& d) {
             return store::record_delivery(db, d.task, d.step, d.id, d.attempt, d.status, d.error);
           }});

  // Claim, do, finish, announce, until SIGTERM; then drain and hand back what is left.
  return runtime::run_worker(settings, process, {.queue = tasks::Queue::notifications}, handler);
}
