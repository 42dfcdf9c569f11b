package config

// unheeded are settings of Ansible that this program has no use for, with the reason.
type unheeded struct {
	why      string
	settings []setting
}

// unheard: told to whoever sets them: something would be different.
var unheard = []unheeded{
	{"there are no plugins in Python: what a callback or a vars plugin of this path would do is not done", []setting{
		{"DEFAULT_CALLBACK_PLUGIN_PATH", []string{"ANSIBLE_CALLBACK_PLUGINS"}, []string{"defaults.callback_plugins"}, ""},
		{"DEFAULT_VARS_PLUGIN_PATH", []string{"ANSIBLE_VARS_PLUGINS"}, []string{"defaults.vars_plugins"}, ""},
	}},
	{"what a lookup returns is text for good, never a template", []setting{
		{"DEFAULT_ALLOW_UNSAFE_LOOKUPS", nil, []string{"defaults.allow_unsafe_lookups"}, "false"},
	}},
	{"Jinja has the extensions do and loop controls here, and no others", []setting{
		{"DEFAULT_JINJA2_EXTENSIONS", []string{"ANSIBLE_JINJA2_EXTENSIONS"}, []string{"defaults.jinja2_extensions"}, ""},
	}},
	{"an undefined variable is an error", []setting{
		{"DEFAULT_UNDEFINED_VAR_BEHAVIOR", []string{"ANSIBLE_ERROR_ON_UNDEFINED_VARS"}, []string{"defaults.error_on_undefined_vars"}, "true"},
	}},
	{"there is no interactive debugger", []setting{
		{"ENABLE_TASK_DEBUGGER", []string{"ANSIBLE_ENABLE_TASK_DEBUGGER"}, []string{"defaults.enable_task_debugger"}, "false"},
	}},
	{"facts are gathered by setup alone", []setting{
		{"FACTS_MODULES", []string{"ANSIBLE_FACTS_MODULES"}, []string{"defaults.facts_modules"}, "smart"},
	}},
	{"a keyword that no task has is an error", []setting{
		{"INVALID_TASK_ATTRIBUTE_FAILED", []string{"ANSIBLE_INVALID_TASK_ATTRIBUTE_FAILED"}, []string{"defaults.invalid_task_attribute_failed"}, "true"},
	}},
	{"None is shown as nothing", []setting{
		{"DEFAULT_NULL_REPRESENTATION", []string{"ANSIBLE_NULL_REPRESENTATION"}, []string{"defaults.null_representation"}, ""},
	}},
	{"group_vars and host_vars are read beside each playbook alone", []setting{
		{"PLAYBOOK_VARS_ROOT", []string{"ANSIBLE_PLAYBOOK_VARS_ROOT"}, []string{"defaults.playbook_vars_root"}, "top"},
	}},
	{"the file systems without labels of SELinux are fixed", []setting{
		{"DEFAULT_SELINUX_SPECIAL_FS", []string{"ANSIBLE_SELINUX_SPECIAL_FS"}, []string{"selinux.special_context_filesystems"}, "fuse, nfs, vboxsf, ramfs, 9p, vfat"},
	}},
	{"who becomes the user that he is anyway starts no sudo", []setting{
		{"BECOME_ALLOW_SAME_USER", []string{"ANSIBLE_BECOME_ALLOW_SAME_USER"}, []string{"privilege_escalation.become_allow_same_user"}, "false"},
	}},
	{"no module is forbidden", []setting{
		{"PLUGIN_FILTERS_CFG", nil, []string{"defaults.plugin_filters_cfg"}, ""},
	}},
	{"a value that is no text becomes text where a module wants one", []setting{
		{"STRING_CONVERSION_ACTION", []string{"ANSIBLE_STRING_CONVERSION_ACTION"}, []string{"defaults.string_conversion_action"}, "warn"},
	}},
	{"the filters whose text keeps being text are fixed", []setting{
		{"STRING_TYPE_FILTERS", []string{"ANSIBLE_STRING_TYPE_FILTERS"}, []string{"jinja2.dont_type_filters"}, "string, to_json, to_nice_json, to_yaml, to_nice_yaml, ppretty, json"},
	}},
	{"variables come from inventories, group_vars and host_vars", []setting{
		{"VARIABLE_PLUGINS_ENABLED", []string{"ANSIBLE_VARS_ENABLED"}, []string{"defaults.vars_plugins_enabled"}, "host_group_vars"},
		{"RUN_VARS_PLUGINS", []string{"ANSIBLE_RUN_VARS_PLUGINS"}, []string{"defaults.run_vars_plugins"}, "demand"},
		{"host_group_vars.stage", []string{"ANSIBLE_VARS_PLUGIN_STAGE"}, []string{"vars_host_group_vars.stage"}, ""},
	}},
	{"the order of precedence is fixed", []setting{
		{"VARIABLE_PRECEDENCE", []string{"ANSIBLE_PRECEDENCE"}, []string{"defaults.precedence"}, "all_inventory, groups_inventory, all_plugins_inventory, all_plugins_play, groups_plugins_inventory, groups_plugins_play"},
	}},
	{"files of variables end in .yml, .yaml or .json, or in nothing", []setting{
		{"YAML_FILENAME_EXTENSIONS", []string{"ANSIBLE_YAML_FILENAME_EXT"}, []string{"defaults.yaml_valid_extensions"}, ".yml, .yaml, .json"},
		{"yaml.yaml_extensions", []string{"ANSIBLE_INVENTORY_PLUGIN_EXTS"}, []string{"inventory_plugin_yaml.yaml_valid_extensions"}, ".yaml, .yml, .json"},
	}},
	{"keys in PKCS#11 tokens are used with connection: openssh and ~/.ssh/config", []setting{
		{"ssh.pkcs11_provider", []string{"ANSIBLE_PKCS11_PROVIDER"}, []string{"ssh_connection.pkcs11_provider"}, ""},
	}},
	{"the program ssh of PATH is the one that connection: openssh starts", []setting{
		{"ssh.ssh_executable", []string{"ANSIBLE_SSH_EXECUTABLE"}, []string{"ssh_connection.ssh_executable"}, "ssh"},
	}},
	{"a proxy is named in ~/.ssh/config or ssh_common_args", []setting{
		{"paramiko_ssh.proxy_command", []string{"ANSIBLE_PARAMIKO_PROXY_COMMAND"}, []string{"paramiko_connection.proxy_command"}, ""},
	}},
	{"the report is written in one form", []setting{
		{"junit.fail_on_change", []string{"JUNIT_FAIL_ON_CHANGE"}, nil, "false"},
		{"junit.fail_on_ignore", []string{"JUNIT_FAIL_ON_IGNORE"}, nil, "false"},
		{"junit.hide_task_arguments", []string{"JUNIT_HIDE_TASK_ARGUMENTS"}, nil, "false"},
		{"junit.include_setup_tasks_in_report", []string{"JUNIT_INCLUDE_SETUP_TASKS_IN_REPORT"}, nil, "true"},
		{"junit.replace_out_of_tree_path", []string{"JUNIT_REPLACE_OUT_OF_TREE_PATH"}, nil, "none"},
		{"junit.task_class", []string{"JUNIT_TASK_CLASS"}, nil, "false"},
		{"junit.task_relative_path", []string{"JUNIT_TASK_RELATIVE_PATH"}, nil, "none"},
		{"junit.test_case_prefix", []string{"JUNIT_TEST_CASE_PREFIX"}, nil, "<empty>"},
	}},
	{"the lookup url takes its options from its call alone", []setting{
		{"url.ca_path", []string{"ANSIBLE_LOOKUP_URL_CA_PATH"}, []string{"url_lookup.ca_path"}, ""},
		{"url.ciphers", []string{"ANSIBLE_LOOKUP_URL_CIPHERS"}, []string{"url_lookup.ciphers"}, ""},
		{"url.follow_redirects", []string{"ANSIBLE_LOOKUP_URL_FOLLOW_REDIRECTS"}, []string{"url_lookup.follow_redirects"}, "urllib2"},
		{"url.force", []string{"ANSIBLE_LOOKUP_URL_FORCE"}, []string{"url_lookup.force"}, "false"},
		{"url.force_basic_auth", []string{"ANSIBLE_LOOKUP_URL_AGENT"}, []string{"url_lookup.agent"}, "false"},
		{"url.timeout", []string{"ANSIBLE_LOOKUP_URL_TIMEOUT"}, []string{"url_lookup.timeout"}, "10"},
		{"url.unix_socket", []string{"ANSIBLE_LOOKUP_URL_UNIX_SOCKET"}, []string{"url_lookup.unix_socket"}, ""},
		{"url.unredirected_headers", []string{"ANSIBLE_LOOKUP_URL_UNREDIR_HEADERS"}, []string{"url_lookup.unredirected_headers"}, ""},
		{"url.use_gssapi", []string{"ANSIBLE_LOOKUP_URL_USE_GSSAPI"}, []string{"url_lookup.use_gssapi"}, "false"},
		{"url.use_netrc", []string{"ANSIBLE_LOOKUP_URL_USE_NETRC"}, []string{"url_lookup.use_netrc"}, "true"},
	}},
	{"what an inventory script says on standard error is shown where it fails", []setting{
		{"script.always_show_stderr", []string{"ANSIBLE_INVENTORY_PLUGIN_SCRIPT_STDERR"}, []string{"inventory_plugin_script.always_show_stderr"}, "true"},
	}},
}

// needless: nothing would be different, so nothing is said.
var needless = []unheeded{
	{"Python plugins that are used are refused by their name, with or without a path", []setting{
		{"BECOME_PLUGIN_PATH", []string{"ANSIBLE_BECOME_PLUGINS"}, []string{"defaults.become_plugins"}, ""},
		{"DEFAULT_ACTION_PLUGIN_PATH", []string{"ANSIBLE_ACTION_PLUGINS"}, []string{"defaults.action_plugins"}, ""},
		{"DEFAULT_CACHE_PLUGIN_PATH", []string{"ANSIBLE_CACHE_PLUGINS"}, []string{"defaults.cache_plugins"}, ""},
		{"DEFAULT_CONNECTION_PLUGIN_PATH", []string{"ANSIBLE_CONNECTION_PLUGINS"}, []string{"defaults.connection_plugins"}, ""},
		{"DEFAULT_FILTER_PLUGIN_PATH", []string{"ANSIBLE_FILTER_PLUGINS"}, []string{"defaults.filter_plugins"}, ""},
		{"DEFAULT_INVENTORY_PLUGIN_PATH", []string{"ANSIBLE_INVENTORY_PLUGINS"}, []string{"defaults.inventory_plugins"}, ""},
		{"DEFAULT_LOOKUP_PLUGIN_PATH", []string{"ANSIBLE_LOOKUP_PLUGINS"}, []string{"defaults.lookup_plugins"}, ""},
		{"DEFAULT_STRATEGY_PLUGIN_PATH", []string{"ANSIBLE_STRATEGY_PLUGINS"}, []string{"defaults.strategy_plugins"}, ""},
		{"DEFAULT_TEST_PLUGIN_PATH", []string{"ANSIBLE_TEST_PLUGINS"}, []string{"defaults.test_plugins"}, ""},
		{"DOC_FRAGMENT_PLUGIN_PATH", []string{"ANSIBLE_DOC_FRAGMENT_PLUGINS"}, []string{"defaults.doc_fragment_plugins"}, ""},
		{"COLLECTIONS_SCAN_SYS_PATH", []string{"ANSIBLE_COLLECTIONS_SCAN_SYS_PATH"}, []string{"defaults.collections_scan_sys_path"}, ""},
		{"MODULE_IGNORE_EXTS", []string{"ANSIBLE_MODULE_IGNORE_EXTS"}, []string{"defaults.module_ignore_exts"}, ""},
		{"OLD_PLUGIN_CACHE_CLEARING", []string{"ANSIBLE_OLD_PLUGIN_CACHE_CLEAR"}, []string{"defaults.old_plugin_cache_clear"}, ""},
		{"VALIDATE_ACTION_GROUP_METADATA", []string{"ANSIBLE_VALIDATE_ACTION_GROUP_METADATA"}, []string{"defaults.validate_action_group_metadata"}, ""},
		{"COLLECTIONS_ON_ANSIBLE_VERSION_MISMATCH", []string{"ANSIBLE_COLLECTIONS_ON_ANSIBLE_VERSION_MISMATCH"}, []string{"defaults.collections_on_ansible_version_mismatch"}, ""},
	}},
	{"no Python runs here, and on targets only that of modules that are not native", []setting{
		{"COVERAGE_REMOTE_OUTPUT", []string{"_ANSIBLE_COVERAGE_REMOTE_OUTPUT"}, nil, ""},
		{"COVERAGE_REMOTE_PATHS", []string{"_ANSIBLE_COVERAGE_REMOTE_PATH_FILTER"}, nil, ""},
	}},
	{"tasks go over one channel, and no module is copied", []setting{
		{"ANSIBLE_PIPELINING", []string{"ANSIBLE_PIPELINING"}, []string{"connection.pipelining", "defaults.pipelining"}, ""},
		{"ssh.pipelining", []string{"ANSIBLE_SSH_PIPELINING"}, []string{"ssh_connection.pipelining"}, ""},
		{"DEFAULT_KEEP_REMOTE_FILES", []string{"ANSIBLE_KEEP_REMOTE_FILES"}, []string{"defaults.keep_remote_files"}, ""},
		{"DEFAULT_MODULE_COMPRESSION", nil, []string{"defaults.module_compression"}, ""},
		{"DEFAULT_LOCAL_TMP", []string{"ANSIBLE_LOCAL_TEMP"}, []string{"defaults.local_tmp"}, ""},
		{"ssh.control_path", []string{"ANSIBLE_SSH_CONTROL_PATH"}, []string{"ssh_connection.control_path"}, ""},
		{"ssh.control_path_dir", []string{"ANSIBLE_SSH_CONTROL_PATH_DIR"}, []string{"ssh_connection.control_path_dir"}, ""},
		{"ssh.scp_executable", []string{"ANSIBLE_SCP_EXECUTABLE"}, []string{"ssh_connection.scp_executable"}, ""},
		{"ssh.scp_extra_args", []string{"ANSIBLE_SCP_EXTRA_ARGS"}, []string{"ssh_connection.scp_extra_args"}, ""},
		{"ssh.scp_if_ssh", []string{"ANSIBLE_SCP_IF_SSH"}, []string{"ssh_connection.scp_if_ssh"}, ""},
		{"ssh.sftp_batch_mode", []string{"ANSIBLE_SFTP_BATCH_MODE"}, []string{"ssh_connection.sftp_batch_mode"}, ""},
		{"ssh.sftp_executable", []string{"ANSIBLE_SFTP_EXECUTABLE"}, []string{"ssh_connection.sftp_executable"}, ""},
		{"ssh.sftp_extra_args", []string{"ANSIBLE_SFTP_EXTRA_ARGS"}, []string{"ssh_connection.sftp_extra_args"}, ""},
		{"ssh.ssh_transfer_method", []string{"ANSIBLE_SSH_TRANSFER_METHOD"}, []string{"ssh_connection.transfer_method"}, ""},
		{"ssh.sshpass_prompt", []string{"ANSIBLE_SSHPASS_PROMPT"}, []string{"ssh_connection.sshpass_prompt"}, ""},
		{"ssh.use_tty", []string{"ANSIBLE_SSH_USETTY"}, []string{"ssh_connection.usetty"}, ""},
	}},
	{"the agent finds a directory of its own, and nobody else reads it", []setting{
		{"sh.admin_users", []string{"ANSIBLE_ADMIN_USERS"}, []string{"defaults.admin_users"}, ""},
		{"sh.common_remote_group", []string{"ANSIBLE_COMMON_REMOTE_GROUP"}, []string{"defaults.common_remote_group"}, ""},
		{"sh.remote_tmp", []string{"ANSIBLE_REMOTE_TEMP", "ANSIBLE_REMOTE_TMP"}, []string{"defaults.remote_tmp"}, ""},
		{"sh.system_tmpdirs", []string{"ANSIBLE_SYSTEM_TMPDIRS"}, []string{"defaults.system_tmpdirs"}, ""},
		{"sh.world_readable_temp", []string{"ANSIBLE_SHELL_ALLOW_WORLD_READABLE_TEMP"}, []string{"defaults.allow_world_readable_tmpfiles"}, ""},
	}},
	{"modules write nothing to the log of the target", []setting{
		{"DEFAULT_NO_TARGET_SYSLOG", []string{"ANSIBLE_NO_TARGET_SYSLOG"}, []string{"defaults.no_target_syslog"}, ""},
		{"DEFAULT_SYSLOG_FACILITY", []string{"ANSIBLE_SYSLOG_FACILITY"}, []string{"defaults.syslog_facility"}, ""},
	}},
	{"the native ssh client does it of itself", []setting{
		{"PARAMIKO_LOOK_FOR_KEYS", []string{"ANSIBLE_PARAMIKO_LOOK_FOR_KEYS"}, []string{"paramiko_connection.look_for_keys"}, ""},
		{"paramiko_ssh.banner_timeout", []string{"ANSIBLE_PARAMIKO_BANNER_TIMEOUT"}, []string{"paramiko_connection.banner_timeout"}, ""},
		{"paramiko_ssh.pty", []string{"ANSIBLE_PARAMIKO_PTY"}, []string{"paramiko_connection.pty"}, ""},
		{"paramiko_ssh.record_host_keys", []string{"ANSIBLE_PARAMIKO_RECORD_HOST_KEYS"}, []string{"paramiko_connection.record_host_keys"}, ""},
		{"paramiko_ssh.use_rsa_sha2_algorithms", []string{"ANSIBLE_PARAMIKO_USE_RSA_SHA2_ALGORITHMS"}, []string{"paramiko_connection.use_rsa_sha2_algorithms"}, ""},
	}},
	{"the prompts of su are known in every language", []setting{
		{"su.prompt_l10n", []string{"ANSIBLE_SU_PROMPT_L10N"}, []string{"su_become_plugin.localized_prompts"}, ""},
	}},
	{"nothing is highlighted", []setting{
		{"COLOR_HIGHLIGHT", []string{"ANSIBLE_COLOR_HIGHLIGHT"}, []string{"colors.highlight"}, ""},
	}},
	{"no banner is drawn with cows", []setting{
		{"ANSIBLE_COW_PATH", []string{"ANSIBLE_COW_PATH"}, []string{"defaults.cowpath"}, ""},
		{"ANSIBLE_COW_SELECTION", []string{"ANSIBLE_COW_SELECTION"}, []string{"defaults.cow_selection"}, ""},
		{"ANSIBLE_NOCOWS", []string{"ANSIBLE_NOCOWS"}, []string{"defaults.nocows"}, ""},
	}},
	{"it is of another program of Ansible", []setting{
		{"COLOR_CONSOLE_PROMPT", []string{"ANSIBLE_COLOR_CONSOLE_PROMPT"}, []string{"colors.console_prompt"}, ""},
		{"DOCSITE_ROOT_URL", nil, []string{"defaults.docsite_root_url"}, ""},
		{"GALAXY_CACHE_DIR", []string{"ANSIBLE_GALAXY_CACHE_DIR"}, []string{"galaxy.cache_dir"}, ""},
		{"GALAXY_COLLECTION_SKELETON", []string{"ANSIBLE_GALAXY_COLLECTION_SKELETON"}, []string{"galaxy.collection_skeleton"}, ""},
		{"GALAXY_COLLECTION_SKELETON_IGNORE", []string{"ANSIBLE_GALAXY_COLLECTION_SKELETON_IGNORE"}, []string{"galaxy.collection_skeleton_ignore"}, ""},
		{"GALAXY_DISABLE_GPG_VERIFY", []string{"ANSIBLE_GALAXY_DISABLE_GPG_VERIFY"}, []string{"galaxy.disable_gpg_verify"}, ""},
		{"GALAXY_DISPLAY_PROGRESS", []string{"ANSIBLE_GALAXY_DISPLAY_PROGRESS"}, []string{"galaxy.display_progress"}, ""},
		{"GALAXY_GPG_KEYRING", []string{"ANSIBLE_GALAXY_GPG_KEYRING"}, []string{"galaxy.gpg_keyring"}, ""},
		{"GALAXY_IGNORE_CERTS", []string{"ANSIBLE_GALAXY_IGNORE"}, []string{"galaxy.ignore_certs"}, ""},
		{"GALAXY_IGNORE_INVALID_SIGNATURE_STATUS_CODES", []string{"ANSIBLE_GALAXY_IGNORE_SIGNATURE_STATUS_CODES"}, []string{"galaxy.ignore_signature_status_codes"}, ""},
		{"GALAXY_REQUIRED_VALID_SIGNATURE_COUNT", []string{"ANSIBLE_GALAXY_REQUIRED_VALID_SIGNATURE_COUNT"}, []string{"galaxy.required_valid_signature_count"}, ""},
		{"GALAXY_ROLE_SKELETON", []string{"ANSIBLE_GALAXY_ROLE_SKELETON"}, []string{"galaxy.role_skeleton"}, ""},
		{"GALAXY_ROLE_SKELETON_IGNORE", []string{"ANSIBLE_GALAXY_ROLE_SKELETON_IGNORE"}, []string{"galaxy.role_skeleton_ignore"}, ""},
		{"GALAXY_SERVER", []string{"ANSIBLE_GALAXY_SERVER"}, []string{"galaxy.server"}, ""},
		{"GALAXY_SERVER_LIST", []string{"ANSIBLE_GALAXY_SERVER_LIST"}, []string{"galaxy.server_list"}, ""},
		{"GALAXY_TOKEN_PATH", []string{"ANSIBLE_GALAXY_TOKEN_PATH"}, []string{"galaxy.token_path"}, ""},
	}},
	{"network devices and Windows are no targets", []setting{
		{"ANSIBLE_CONNECTION_PATH", []string{"ANSIBLE_CONNECTION_PATH"}, []string{"persistent_connection.ansible_connection_path"}, ""},
		{"DEFAULT_CLICONF_PLUGIN_PATH", []string{"ANSIBLE_CLICONF_PLUGINS"}, []string{"defaults.cliconf_plugins"}, ""},
		{"DEFAULT_HTTPAPI_PLUGIN_PATH", []string{"ANSIBLE_HTTPAPI_PLUGINS"}, []string{"defaults.httpapi_plugins"}, ""},
		{"DEFAULT_NETCONF_PLUGIN_PATH", []string{"ANSIBLE_NETCONF_PLUGINS"}, []string{"defaults.netconf_plugins"}, ""},
		{"DEFAULT_TERMINAL_PLUGIN_PATH", []string{"ANSIBLE_TERMINAL_PLUGINS"}, []string{"defaults.terminal_plugins"}, ""},
		{"NETCONF_SSH_CONFIG", []string{"ANSIBLE_NETCONF_SSH_CONFIG"}, []string{"netconf_connection.ssh_config"}, ""},
		{"NETWORK_GROUP_MODULES", []string{"ANSIBLE_NETWORK_GROUP_MODULES"}, []string{"defaults.network_group_modules"}, ""},
		{"PERSISTENT_COMMAND_TIMEOUT", []string{"ANSIBLE_PERSISTENT_COMMAND_TIMEOUT"}, []string{"persistent_connection.command_timeout"}, ""},
		{"PERSISTENT_CONNECT_RETRY_TIMEOUT", []string{"ANSIBLE_PERSISTENT_CONNECT_RETRY_TIMEOUT"}, []string{"persistent_connection.connect_retry_timeout"}, ""},
		{"PERSISTENT_CONNECT_TIMEOUT", []string{"ANSIBLE_PERSISTENT_CONNECT_TIMEOUT"}, []string{"persistent_connection.connect_timeout"}, ""},
		{"PERSISTENT_CONTROL_PATH_DIR", []string{"ANSIBLE_PERSISTENT_CONTROL_PATH_DIR"}, []string{"persistent_connection.control_path_dir"}, ""},
		{"USE_PERSISTENT_CONNECTIONS", []string{"ANSIBLE_USE_PERSISTENT_CONNECTIONS"}, []string{"defaults.use_persistent_connections"}, ""},
		{"WIN_ASYNC_STARTUP_TIMEOUT", []string{"ANSIBLE_WIN_ASYNC_STARTUP_TIMEOUT"}, []string{"defaults.win_async_startup_timeout"}, ""},
	}},
	{"it is about how Ansible itself works inside", []setting{
		{"DEFAULT_DEBUG", []string{"ANSIBLE_DEBUG"}, []string{"defaults.debug"}, ""},
		{"DEFAULT_INTERNAL_POLL_INTERVAL", nil, []string{"defaults.internal_poll_interval"}, ""},
		{"DEFAULT_LOG_FILTER", []string{"ANSIBLE_LOG_FILTER"}, []string{"defaults.log_filter"}, ""},
		{"DEFAULT_SU", []string{"ANSIBLE_SU"}, []string{"defaults.su"}, ""},
		{"WORKER_SHUTDOWN_POLL_COUNT", []string{"ANSIBLE_WORKER_SHUTDOWN_POLL_COUNT"}, nil, ""},
		{"WORKER_SHUTDOWN_POLL_DELAY", []string{"ANSIBLE_WORKER_SHUTDOWN_POLL_DELAY"}, nil, ""},
		{"TASK_DEBUGGER_IGNORE_ERRORS", []string{"ANSIBLE_TASK_DEBUGGER_IGNORE_ERRORS"}, []string{"defaults.task_debugger_ignore_errors"}, ""},
		{"DEFAULT_LIBVIRT_LXC_NOSECLABEL", []string{"ANSIBLE_LIBVIRT_LXC_NOSECLABEL"}, []string{"selinux.libvirt_lxc_noseclabel"}, ""},
	}},
	{"the warning does not exist here", []setting{
		{"DEVEL_WARNING", []string{"ANSIBLE_DEVEL_WARNING"}, []string{"defaults.devel_warning"}, ""},
		{"JINJA2_NATIVE_WARNING", []string{"ANSIBLE_JINJA2_NATIVE_WARNING"}, []string{"defaults.jinja2_native_warning"}, ""},
		{"SYSTEM_WARNINGS", []string{"ANSIBLE_SYSTEM_WARNINGS"}, []string{"defaults.system_warnings"}, ""},
	}},
	{"only plugins that ask a cloud have something to keep", []setting{
		{"INVENTORY_CACHE_ENABLED", []string{"ANSIBLE_INVENTORY_CACHE"}, []string{"inventory.cache"}, ""},
		{"INVENTORY_CACHE_PLUGIN", []string{"ANSIBLE_INVENTORY_CACHE_PLUGIN"}, []string{"inventory.cache_plugin"}, ""},
		{"INVENTORY_CACHE_PLUGIN_CONNECTION", []string{"ANSIBLE_INVENTORY_CACHE_CONNECTION"}, []string{"inventory.cache_connection"}, ""},
		{"INVENTORY_CACHE_PLUGIN_PREFIX", []string{"ANSIBLE_INVENTORY_CACHE_PLUGIN_PREFIX"}, []string{"inventory.cache_prefix"}, ""},
		{"INVENTORY_CACHE_TIMEOUT", []string{"ANSIBLE_INVENTORY_CACHE_TIMEOUT"}, []string{"inventory.cache_timeout"}, ""},
	}},
}
