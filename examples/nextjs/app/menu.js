'use client';
import { useEffect, useState } from 'react';

/** Runs in the browser, so the address stands in the file that it gets: it was written there by `next build`. */
const API_URL = process.env.NEXT_PUBLIC_API_URL ?? '';

export function Menu() {
  const [dishes, setDishes] = useState([]);
  useEffect(() => {
    fetch(`${API_URL}/api/menu`)
      .then((answer) => answer.json())
      .then(setDishes, () => setDishes(['The kitchen does not answer.']));
  }, []);
  return (
    <ul>
      {dishes.map((dish) => (
        <li key={dish}>{dish}</li>
      ))}
    </ul>
  );
}
