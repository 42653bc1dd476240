// A server of the library pin/tftp, as its README begins one.  pin_server ADDRESS:PORT ROOT
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/pin/tftp"
)

func main() {
	root := os.Args[2]
	read := func(name string, to io.ReaderFrom) error {
		file, err := os.Open(filepath.Join(root, name))
		if err != nil {
			return err
		}
		defer file.Close()
		if sized, ok := to.(tftp.OutgoingTransfer); ok {
			if about, err := file.Stat(); err == nil {
				sized.SetSize(about.Size())
			}
		}
		_, err = to.ReadFrom(file)
		return err
	}
	write := func(name string, from io.WriterTo) error {
		file, err := os.OpenFile(filepath.Join(root, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0644)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = from.WriteTo(file)
		return err
	}
	server := tftp.NewServer(read, write)
	if err := server.ListenAndServe(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
