package wire

// Hello is the first frame of each side.
type Hello struct {
	// Protocol is the version of the frames and their contents; both sides must have the same.
	Protocol int
	// Platform and identity of the agent, for messages and logs.
	OS   string
	Arch string
	PID  int
	UID  int
	User string
	Home string
	// KeepaliveMS is how often the controller promises to be heard; an agent that hears nothing for ten times as long
	// takes the connection for dead. 0 is no promise.
	KeepaliveMS int64
}
