package activity

import (
	"encoding/json"

	"nianwei/model/fault"
	"nianwei/model/store"
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

// checkStock tells whether a round of these settings would have what it needs,
// e.g. a bank with enough questions. Publishing asks, because a published round
// that cannot load its stock could not be mended any more.
func (m Machine) checkStock(tx *store.Tx, raw json.RawMessage) error {
	settings, fields := m.settings(orObject(raw))
	if len(fields) > 0 {
		return ErrDraft.With(fields...)
	}
	_, err := m.stock(tx, settings)
	return err
}
