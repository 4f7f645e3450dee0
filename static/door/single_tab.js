// One tab at a time is the door: two would each have their own idea of who is inside.
const NAME = "porte";

// Gives {lost}, a promise kept when another tab takes over, or null when another tab has it.
export function claim({ takeOver = false } = {}) {
  if (!navigator.locks) return Promise.resolve({ lost: new Promise(() => {}) });
  return new Promise((resolve) => {
    let tellLost;
    const lost = new Promise((tell) => (tellLost = tell));
    const options = takeOver ? { steal: true } : { ifAvailable: true };
    navigator.locks
      .request(NAME, options, (lock) => {
        if (!lock) return resolve(null);
        resolve({ lost });
        return new Promise(() => {}); // until the tab is closed
      })
      .catch(() => tellLost());
  });
}
