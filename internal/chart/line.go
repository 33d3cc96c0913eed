package chart

func (c Line) Draw(cv Canvas)                             {}
func (c Line) Words() (title, desc string)                { return c.Title, c.Desc }
func (c Line) Table() (header []string, rows [][]string)  { return nil, nil }
func (c Bars) Draw(cv Canvas)                             {}
func (c Bars) Words() (title, desc string)                { return c.Title, c.Desc }
func (c Bars) Table() (header []string, rows [][]string)  { return nil, nil }
func (c Bands) Draw(cv Canvas)                            {}
func (c Bands) Words() (title, desc string)               { return c.Title, c.Desc }
func (c Bands) Table() (header []string, rows [][]string) { return nil, nil }
