// A client of the library pin/tftp.  pin_client ADDRESS:PORT get|put NAME LOCAL MODE [BLOCKSIZE|tsize]
package main

import (
	"fmt"
	"os"
	"strconv"

	"github.com/pin/tftp"
)

func main() {
	address, verb, name, local, mode := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	client, err := tftp.NewClient(address)
	if err == nil && len(os.Args) > 6 {
		if size, no := strconv.Atoi(os.Args[6]); no == nil {
			client.SetBlockSize(size)
		} else {
			client.RequestTSize(true)
		}
	}
	if err == nil && verb == "get" {
		err = get(client, name, local, mode)
	} else if err == nil {
		err = put(client, name, local, mode)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func get(client *tftp.Client, name, local, mode string) error {
	from, err := client.Receive(name, mode)
	if err != nil {
		return err
	}
	file, err := os.Create(local)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = from.WriteTo(file)
	return err
}

func put(client *tftp.Client, name, local, mode string) error {
	file, err := os.Open(local)
	if err != nil {
		return err
	}
	defer file.Close()
	to, err := client.Send(name, mode)
	if err != nil {
		return err
	}
	_, err = to.ReadFrom(file)
	return err
}
