/** Where the node player takes orders, inside the bed's network namespace. */
export const controlAddress = 'http://127.0.0.1:10280';
