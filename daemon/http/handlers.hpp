// daemon/http/handlers.hpp - the handlers that the endpoint table names, by the file they stand in.
#pragma once

#include "daemon/http/call.hpp"

namespace smppd::http {

// api_system.cpp
void get_status(CallPtr call);
void get_health(CallPtr call);
void get_readiness(CallPtr call);
void get_openapi(CallPtr call);
void start_backup(CallPtr call);
void get_backup(CallPtr call);

// api_carriers.cpp
void list_carriers(CallPtr call);
void get_carrier(CallPtr call);
void stop_carrier(CallPtr call);
void start_carrier(CallPtr call);
void drain_carrier(CallPtr call);
void probe_carrier(CallPtr call);
void list_binds(CallPtr call);
void disconnect_bind(CallPtr call);

// api_platforms.cpp
void list_platforms(CallPtr call);
void get_platform(CallPtr call);
void update_platform(CallPtr call);

// api_accounts.cpp
void create_platform(CallPtr call);
void create_account(CallPtr call);
void update_account(CallPtr call);
void set_password(CallPtr call);

// api_keys.cpp
void create_platform_key(CallPtr call);
void list_platform_keys(CallPtr call);
void create_key(CallPtr call);
void list_keys(CallPtr call);
void get_key(CallPtr call);
void update_key(CallPtr call);
void rotate_key(CallPtr call);
void revoke_key(CallPtr call);

// api_events.cpp
void stream_events(CallPtr call);

// api_numbers.cpp
void list_numbers(CallPtr call);
void get_number(CallPtr call);
void assign_number(CallPtr call);
void unassign_number(CallPtr call);
void update_number(CallPtr call);
void quarantine_number(CallPtr call);
void get_number_usage(CallPtr call);

// api_import.cpp
void import_numbers(CallPtr call);

// api_sessions.cpp
void allocate_number(CallPtr call);
void list_sessions(CallPtr call);
void get_session(CallPtr call);
void extend_session(CallPtr call);
void swap_number(CallPtr call);
void verify_code(CallPtr call);
void release_number(CallPtr call);

// api_webhooks.cpp
void create_webhook(CallPtr call);
void list_webhooks(CallPtr call);
void get_webhook(CallPtr call);
void update_webhook(CallPtr call);
void delete_webhook(CallPtr call);
void rotate_webhook_secret(CallPtr call);
void test_webhook(CallPtr call);
void list_deliveries(CallPtr call);
void replay_delivery(CallPtr call);
void replay_dead(CallPtr call);

// api_workflows.cpp
void list_workflows(CallPtr call);
void get_workflow(CallPtr call);
void list_mappings(CallPtr call);
void post_task_event(CallPtr call);

// api_messages.cpp
void list_messages(CallPtr call);
void list_session_messages(CallPtr call);
void get_message(CallPtr call);
void list_receipts(CallPtr call);

// api_trace.cpp
void explain_message(CallPtr call);

}  // namespace smppd::http
