package main

// The format of case.proto, as far as a Go client needs it.

type playedCase struct {
	Name       string  `json:"name"`
	Verb       string  `json:"verb"`
	Options    options `json:"options"`
	Calls      []call  `json:"calls"`
	Steps      []step  `json:"steps"`
	Cancel     *cue    `json:"cancel"`
	LeaveAfter *int    `json:"leave_after"`
}

type options struct {
	Mode           string `json:"mode"`
	MinSuccesses   int    `json:"min_successes"`
	MaxFailures    *int   `json:"max_failures"`
	TimeoutMS      *int   `json:"timeout_ms"`
	MaxConcurrency int    `json:"max_concurrency"`
	Label          string `json:"label"`
	Defaults       call   `json:"defaults"`
}

type call struct {
	ID              string            `json:"id"`
	Target          string            `json:"target"`
	Method          string            `json:"method"`
	Request         string            `json:"request"`
	RequestFill     int               `json:"request_fill"`
	Metadata        map[string]string `json:"metadata"`
	TimeoutMS       *int              `json:"timeout_ms"`
	Requirement     string            `json:"requirement"`
	Fallback        *fallback         `json:"fallback"`
	Shielded        bool              `json:"shielded"`
	ServerStreaming bool              `json:"server_streaming"`
	Idempotent      bool              `json:"idempotent"`
	Repeat          int               `json:"repeat"`
}

type fallback struct {
	Reply string   `json:"reply"`
	Codes []string `json:"codes"`
}

type step struct {
	Spawn       *call `json:"spawn"`
	Wait        *int  `json:"wait"`
	Cancel      *int  `json:"cancel"`
	EndEarly    bool  `json:"end_early"`
	CancelGroup bool  `json:"cancel_group"`
	Cue         *cue  `json:"cue"`
}

type cue struct{}

type report struct {
	Status    statusReport `json:"status"`
	Verdict   string       `json:"verdict,omitempty"`
	DecidedBy *int         `json:"decided_by,omitempty"`
	Outcomes  []slot       `json:"outcomes,omitempty"`
	Replies   []any        `json:"replies,omitempty"`
	Winners   []winner     `json:"winners,omitempty"`
}

type statusReport struct {
	Code     string    `json:"code"`
	Message  string    `json:"message,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Failures []failure `json:"failures,omitempty"`
}

type failure struct {
	Index    int    `json:"index"`
	ID       string `json:"id"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Origin   string `json:"origin"`
	Delivery string `json:"delivery"`
}

type slot struct {
	Index        int               `json:"index"`
	ID           string            `json:"id"`
	Disposition  string            `json:"disposition"`
	Code         string            `json:"code,omitempty"`
	Message      string            `json:"message,omitempty"`
	Details      []detail          `json:"details,omitempty"`
	Cause        string            `json:"cause,omitempty"`
	CausedBy     *int              `json:"caused_by,omitempty"`
	Origin       string            `json:"origin,omitempty"`
	Delivery     string            `json:"delivery,omitempty"`
	FromFallback bool              `json:"from_fallback,omitempty"`
	Reply        any               `json:"reply,omitempty"`
	Trailers     map[string]string `json:"trailers,omitempty"`
}

type detail struct {
	TypeURL string `json:"type_url"`
	Value   []byte `json:"value"`
}

type winner struct {
	Index int `json:"index"`
	Reply any `json:"reply"`
}
