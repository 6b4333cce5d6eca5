package activity

import (
	"encoding/json"

	"nianwei/model/fault"
)

// CheckSettings names every wrong value of settings as they were sent: what is
// no such setting, has the wrong type, or does not pass the kind's own check.
func (m Machine) CheckSettings(raw json.RawMessage) []fault.Field {
	_, fields := m.settings(orObject(raw))
	return fields
}

// CheckInput tells whether something could be an input of the kind at all. It
// returns ErrInput with what is wrong with its form; whether a step allows it
// is decided with the entry.
func (m Machine) CheckInput(raw json.RawMessage) error {
	_, err := m.input(raw)
	return err
}
