/** What the server says to the scripts (ScriptData.cs). */
export const page = JSON.parse(document.getElementById('page').textContent);

document.documentElement.classList.add('scripted');
