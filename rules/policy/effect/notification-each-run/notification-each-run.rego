# METADATA
# title: People are notified at each run
# description: |
#   A message, mail or SMS goes out whenever the task runs, also when the run changed nothing. Most of these modules report ok, never changed, so
#   a test that looks for changed=0 cannot see it. Who gets a message at each run stops reading them.
# custom:
#   severity: error
#   run2: sends the message again, once for each host
#   instead: "a handler, or when: a registered result is changed; with run_once: true"
#   select:
#     modules: [mail, slack, twilio, telegram, mattermost, pushover, jabber, irc, rocketchat, hipchat, discord, matrix, office_365_connector_card,
#       sendgrid, pagerduty, pagerduty_alert, nexmo, campfire, typetalk, catapult, cisco_webex, opsgenie, bearychat, flowdock, grove, say, newrelic_deployment,
#       rollbar_deployment, airbrake_deployment, honeybadger_deployment, uri]
#   avoid: |
#     tasks:
#       - community.general.twilio:
#           msg: deployed
#           to_number: "{{ alert_number }}"
#   prefer: |
#     handlers:
#       - name: Tell the team
#         community.general.twilio:
#           msg: deployed
#           to_number: "{{ alert_number }}"
#         run_once: true
package rules.effect["notification-each-run"]

violations contains {"id": task.id, "msg": sprintf("%s sends a message at each run%s", [task.module, lie(task)])} if {
	some task in input.tasks
	sends(task)
	not task.handler
	not task.guarded
	not task.never
	not object.get(task, "part", "") in {"rescue", "always"}
}

sends(task) if task.module in messengers

messengers := {
	"mail", "slack", "twilio", "telegram", "mattermost", "pushover", "jabber", "irc", "rocketchat", "hipchat", "discord", "matrix",
	"office_365_connector_card", "sendgrid", "pagerduty", "pagerduty_alert", "nexmo", "campfire", "typetalk", "catapult", "cisco_webex", "opsgenie",
	"bearychat", "flowdock", "grove", "say", "newrelic_deployment", "rollbar_deployment", "airbrake_deployment", "honeybadger_deployment",
}

# A chat's webhook takes messages by POST.
sends(task) if {
	task.module == "uri"
	upper(object.get(task.args, "method", "GET")) == "POST"
	regex.match(`hooks\.slack\.com|discord(app)?\.com/api/webhooks|api\.telegram\.org|webhook\.office\.com|api\.twilio\.com|chat\.googleapis\.com|api\.pushover\.net`, task.args.url)
}

lie(task) := ", and reports ok" if task.module in {"twilio", "nexmo", "sendgrid", "catapult", "pagerduty_alert"}

lie(task) := "" if not task.module in {"twilio", "nexmo", "sendgrid", "catapult", "pagerduty_alert"}
