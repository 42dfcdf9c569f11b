package wire

// Hello is the first frame of each side.
type Hello struct {
	// Protocol is the version of the frames and their contents; both sides must have the same.
	Protocol int `json:"proto"`
	// Platform and identity of the agent, for messages and logs.
	OS   string `json:"os,omitempty"`
	Arch string `json:"arch,omitempty"`
	PID  int    `json:"pid,omitempty"`
	UID  int    `json:"uid"`
	User string `json:"user,omitempty"`
	Home string `json:"home,omitempty"`
	// KeepaliveMS is how often the controller promises to be heard; an agent that hears nothing for ten times as long
	// takes the connection for dead. 0 is no promise.
	KeepaliveMS int64 `json:"ka,omitempty"`
}
